(comment) @comment
(function_declaration) @function
(method_declaration receiver: (parameter_list (parameter_declaration type: [
  (type_identifier) @container
  (generic_type type: (_) @container)
  (pointer_type [(type_identifier) @container (generic_type type: (_) @container)])]))) @method
(type_spec name: (_) @name) @type
(type_spec name: (_) @name type: (struct_type) @body) @struct
(type_spec name: (_) @name type: (interface_type) @body) @interface
(type_declaration . "type" . (type_spec name: (_) @name type: (struct_type) @body) @struct) @extent
(type_declaration . "type" . (type_spec name: (_) @name type: (interface_type) @body) @interface) @extent
(source_file (const_declaration (const_spec name: (_) @name)) @constant)
(source_file (var_declaration (var_spec name: (_) @name)) @variable)
(source_file (var_declaration (var_spec name: (_) @name value: (expression_list (func_literal body: (_) @body)))) @function)
