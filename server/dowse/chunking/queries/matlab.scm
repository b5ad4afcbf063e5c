(comment) @comment
(function_definition name: (_) @name) @function
(function_definition (comment) @doc)
(class_definition name: (_) @name) @class
