(comment) @comment
(class_declaration (identifier) @name) @class
(interface_declaration (identifier) @name) @interface
(struct_declaration (identifier) @name) @struct
(union_declaration (identifier) @name) @struct
(enum_declaration (identifier) @name) @enum
(template_declaration (identifier) @name) @class
(function_declaration (identifier) @name (function_body) @body) @function
(constructor . (this) @name (function_body) @body) @constructor
