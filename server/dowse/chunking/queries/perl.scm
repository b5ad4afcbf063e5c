(comment) @comment
(pod) @comment
(package_statement name: (_) @prefix)
(subroutine_declaration_statement name: (_) @name body: (_) @body) @function
(method_declaration_statement name: (_) @name body: (_) @body) @method
(class_statement name: (_) @name) @class
(expression_statement (_ function: (function) @_call
  [(string_literal) (interpolated_string_literal) (autoquoted_bareword)] @name
  (anonymous_subroutine_expression body: (_) @body))
  (#any-of? @_call "subtest" "describe" "context" "it" "test" "tests" "around" "before" "after" "override" "helper"
    "hook" "method" "has")) @function
(expression_statement (_ function: (function) @verb
  [(string_literal) (interpolated_string_literal)] @name
  (anonymous_subroutine_expression body: (_) @body))
  (#any-of? @verb "get" "post" "put" "patch" "del" "any" "options" "websocket") (#match? @name "^.[/*]")) @function
(expression_statement (assignment_expression
  left: (_ (scalar (varname) @name)) right: (anonymous_subroutine_expression body: (_) @body))) @function
