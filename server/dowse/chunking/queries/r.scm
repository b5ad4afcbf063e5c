(comment) @comment
(program (binary_operator lhs: (_) @name rhs: (_)) @variable)
(binary_operator lhs: [(identifier) (string) (namespace_operator) (extract_operator)] @name
  rhs: (function_definition body: (_) @body)) @function
(call function: (identifier) @_call arguments: (arguments . argument: (argument value: (string) @name))
  (#any-of? @_call "setClass" "setRefClass" "R6Class")) @class
(call function: (identifier) @_call arguments: (arguments . argument: (argument value: (string) @name))
  (#any-of? @_call "setMethod" "setGeneric" "test_that")) @function
(binary_operator lhs: (identifier) @name
  rhs: (call function: (_) @_call (#any-of? @_call "R6Class" "R6::R6Class" "setRefClass" "ggproto"))) @class
(argument name: (identifier) @name value: (function_definition body: (_) @body)) @function
