[(line_comment) (block_comment)] @comment
(attributes) @attribute
(named_module (long_identifier) @prefix)
(namespace (long_identifier) @prefix)
(module_defn (identifier) @name) @module
(function_or_value_defn (function_declaration_left . (identifier) @name) body: (_) @body) @function
(declaration_expression (function_or_value_defn (value_declaration_left) @name) @constant (#match? @name "^[^ \\n(]+$"))
(type_definition (record_type_defn (type_name type_name: (_) @name))) @struct
(type_definition (union_type_defn (type_name type_name: (_) @name))) @enum
(type_definition (enum_type_defn (type_name type_name: (_) @name))) @enum
(type_definition (anon_type_defn (type_name type_name: (_) @name))) @class
(type_definition (interface_type_defn (type_name type_name: (_) @name))) @interface
(member_defn (method_or_prop_defn name: (_) @name)) @method
