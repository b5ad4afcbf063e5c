(comment) @comment
(list . (symbol) @_def . (list . (symbol) @name) (#match? @_def "^define")) @function
(list . (symbol) @_def . (symbol) @name (#any-of? @_def "define" "define-syntax" "define-macro" "define-values")) @variable
(list . (symbol) @_def . (symbol) @name . (list . (symbol) @_fn)
  (#eq? @_def "define") (#any-of? @_fn "lambda" "case-lambda" "λ")) @function
(list . (symbol) @_def . (symbol) @name (#eq? @_def "define-syntax")) @function
(list . (symbol) @_def . (symbol) @name (#any-of? @_def "struct" "define-struct" "define-record-type" "define-class")) @struct
