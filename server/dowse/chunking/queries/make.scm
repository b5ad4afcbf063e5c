(comment) @comment
(rule (targets) @name (recipe) @body) @function
(define_directive name: (_) @name) @function
