(function_definition) @function
(comment) @comment
(block . (expression_statement (string) @doc))
