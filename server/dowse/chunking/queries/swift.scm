[(comment) (multiline_comment)] @comment
(class_declaration) @class
(class_declaration declaration_kind: "struct") @struct
(class_declaration declaration_kind: "enum") @enum
(class_declaration declaration_kind: "extension" name: (_) @name) @impl
(protocol_declaration) @interface
(function_declaration) @function
(protocol_function_declaration) @declaration
(init_declaration "init" @name) @constructor
(deinit_declaration "deinit" @name) @method
(subscript_declaration "subscript" @name) @method
(typealias_declaration) @type
(source_file (property_declaration (pattern) @name) @constant)
(class_body (property_declaration name: (pattern) @name) @property)
(class_body (property_declaration name: (pattern) @name computed_value: (_) @body) @accessor)
(source_file (property_declaration name: (pattern) @name computed_value: (_) @body) @accessor)
(class_body (property_declaration name: (pattern) @name
  value: (call_expression (lambda_literal) @body)) @accessor)
