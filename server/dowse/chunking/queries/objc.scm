(class_interface . (identifier) @name) @interface
(class_implementation . (identifier) @name) @class
(protocol_declaration . (identifier) @name) @interface
(method_declaration (identifier) @name) @declaration
(method_definition . (method_type) . (identifier) @name (compound_statement) @body) @method
