(comment) @comment
(module) @module
(class) @class
(method) @function
(singleton_method) @function
(program (assignment left: (constant) @name) @constant)
(assignment left: (_) @name right: (lambda body: (_) @body)) @function
(call method: (identifier) @_call arguments: (argument_list . (_) @name) block: (_)
  (#any-of? @_call "describe" "context" "namespace" "shared_examples")) @namespace
(call method: (identifier) @_call arguments: (argument_list . (_) @name) block: (_) @body
  (#any-of? @_call "it" "specify" "test" "task" "desc" "scope")) @function
