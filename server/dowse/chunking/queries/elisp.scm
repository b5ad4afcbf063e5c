(comment) @comment
(function_definition name: (_) @name) @function
(macro_definition name: (_) @name) @function
(function_definition docstring: (_) @doc)
(macro_definition docstring: (_) @doc)
(list . (symbol) @_def . (symbol) @name
  (#any-of? @_def "defvar" "defconst" "defcustom" "defvar-local" "defgroup" "defface")) @variable
(list . (symbol) @_def . (symbol) @name
  (#any-of? @_def "cl-defun" "cl-defmacro" "cl-defmethod" "cl-defgeneric" "define-minor-mode" "define-derived-mode"
    "ert-deftest")) @function
