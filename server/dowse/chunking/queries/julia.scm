[(line_comment) (block_comment)] @comment
((string_literal) @comment . [(function_definition) (struct_definition) (macro_definition) (assignment) (abstract_definition) (macrocall_expression) (const_statement) (module_definition)])
(module_definition . (identifier) @name) @module
(function_definition (signature (call_expression . (_) @name)) (block)? @body) @function
(function_definition (signature (typed_expression (call_expression . (_) @name))) (block)? @body) @function
(function_definition (signature (where_expression (call_expression . (_) @name))) (block)? @body) @function
(assignment . (call_expression . (_) @name)) @function
(macro_definition (signature (call_expression . (_) @name))) @function
(struct_definition (type_head (identifier) @name)) @struct
(struct_definition (type_head (binary_expression . (_) @name))) @struct
(struct_definition (type_head (binary_expression . (parametrized_type_expression . (_) @name)))) @struct
(struct_definition (type_head (parametrized_type_expression . (_) @name))) @struct
(abstract_definition (type_head . (_) @name)) @type
(abstract_definition (type_head (binary_expression . (_) @name))) @type
(abstract_definition (type_head (parametrized_type_expression . (_) @name))) @type
(abstract_definition (type_head (binary_expression . (parametrized_type_expression . (_) @name)))) @type
(const_statement (assignment . (identifier) @name)) @constant
(function_definition (signature (where_expression (typed_expression (call_expression . (_) @name)))) (block)? @body) @function
(assignment . (typed_expression (call_expression . (_) @name))) @function
(assignment . (where_expression (call_expression . (_) @name))) @function
(assignment . (call_expression . (field_expression (quote_expression (operator) @name)))) @function
(function_definition (signature (call_expression . (field_expression (quote_expression (operator) @name)))) (block)? @body) @function
(macrocall_expression (macro_identifier (identifier) @_macro)
  (macro_argument_list (string_literal) @name (_) .) (#any-of? @_macro "testset" "testitem" "testmodule")) @function
