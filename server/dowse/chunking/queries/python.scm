(function_definition) @function
(class_definition) @class
(comment) @comment
(decorator) @attribute
(block . (string) @doc)
(module (assignment left: (identifier) @name right: (_)) @constant)
(assignment left: (identifier) @name right: (lambda body: (_) @body)) @function
