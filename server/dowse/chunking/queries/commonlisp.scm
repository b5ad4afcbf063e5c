(comment) @comment
(defun (defun_header function_name: (_) @name lambda_list: (_))) @function
(list_lit . value: (sym_lit) @_def . value: (sym_lit) @name (#any-of? @_def "defclass" "define-condition" "defstruct")) @class
(list_lit . value: (sym_lit) @_def . value: (sym_lit) @name (#any-of? @_def "defvar" "defparameter" "defconstant")) @variable
(defun (defun_header) . (str_lit) @doc)
