(comment) @comment
(struct_definition . "struct" . (identifier) @name) @struct
(union_definition . (_) . (identifier) @name) @struct
(exception_definition . "exception" . (identifier) @name) @struct
(enum_definition . "enum" . (identifier) @name) @enum
(service_definition . "service" . (identifier) @name) @interface
(service_definition (function_definition (type) . (identifier) @name) @declaration)
