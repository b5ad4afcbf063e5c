[(line_comment) (block_comment)] @comment
(class_declaration) @class
(record_declaration) @class
(interface_declaration) @interface
(annotation_type_declaration) @interface
(enum_declaration) @enum
(method_declaration) @method
(constructor_declaration) @constructor
(compact_constructor_declaration) @constructor
