(comment) @comment
(function_definition (function_declaration name: (_) @name) (body)? @body) @function
