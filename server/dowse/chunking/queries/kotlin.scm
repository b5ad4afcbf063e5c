[(line_comment) (multiline_comment)] @comment
(function_declaration (simple_identifier) @name) @function
(function_declaration (simple_identifier) @name (function_body) @body) @function
(class_declaration (type_identifier) @name) @class
(class_declaration (type_identifier) @name [(class_body) (enum_class_body)] @body) @class
(class_declaration "interface" (type_identifier) @name (class_body) @body) @interface
(class_declaration "enum" (type_identifier) @name (enum_class_body) @body) @enum
(object_declaration (type_identifier) @name (class_body) @body) @object
(companion_object "companion" @name (class_body) @body) @impl
(secondary_constructor "constructor" @name) @constructor
(type_alias (type_identifier) @name) @type
(source_file (property_declaration (variable_declaration (simple_identifier) @name)) @constant)
