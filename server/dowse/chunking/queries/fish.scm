(comment) @comment
(function_definition) @function
