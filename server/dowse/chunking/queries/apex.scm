[(line_comment) (block_comment)] @comment
(class_declaration) @class
(interface_declaration) @interface
(enum_declaration) @enum
(trigger_declaration) @class
(method_declaration) @method
(constructor_declaration) @constructor
