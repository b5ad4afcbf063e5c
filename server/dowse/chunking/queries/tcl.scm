(comment) @comment
(procedure name: (_) @name body: (_) @body) @function
(namespace (word_list . (simple_word) . (simple_word) @name)) @namespace
