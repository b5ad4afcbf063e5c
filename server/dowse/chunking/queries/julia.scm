[(line_comment) (block_comment)] @comment
((string_literal) @comment . [(function_definition) (struct_definition) (macro_definition) (assignment) (abstract_definition)])
(module_definition . (identifier) @name) @module
(function_definition (signature (call_expression . (_) @name)) (block)? @body) @function
(function_definition (signature (typed_expression (call_expression . (_) @name))) (block)? @body) @function
(function_definition (signature (where_expression (call_expression . (_) @name))) (block)? @body) @function
(assignment . (call_expression . (_) @name)) @function
(macro_definition (signature (call_expression . (_) @name))) @function
(struct_definition (type_head (identifier) @name)) @struct
(struct_definition (type_head (binary_expression . (_) @name))) @struct
(struct_definition (type_head (parametrized_type_expression . (_) @name))) @struct
(abstract_definition (type_head (_) @name)) @type
(const_statement (assignment . (identifier) @name)) @constant
