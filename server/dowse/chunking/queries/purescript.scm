(comment) @comment
(signature) @signature
(function name: (_) @name) @function
(data name: (_) @name) @struct
(newtype name: (_) @name) @struct
