(comment) @comment
(module) @module
(class) @class
(method) @function
(singleton_method) @function
(program (assignment left: (constant) @name) @constant)
(assignment left: (_) @name right: (lambda body: (_) @body)) @function
(assignment left: (constant) @name right: (call receiver: (constant) @_type method: (identifier) @_new block: (_))
  (#any-of? @_type "Struct" "Class" "Data") (#any-of? @_new "new" "define")) @class
(assignment left: (constant) @name right: (call receiver: (constant) @_type method: (identifier) @_new block: (_))
  (#eq? @_type "Module") (#eq? @_new "new")) @module
(call method: (identifier) @_call arguments: (argument_list . [(string) (simple_symbol) (constant) (scope_resolution)] @name)
  block: (_)
  (#any-of? @_call "describe" "context" "xdescribe" "fdescribe" "xcontext" "fcontext" "namespace" "shared_examples"
    "shared_examples_for" "shared_context" "feature" "concern")) @namespace
(call method: (identifier) @_call arguments: (argument_list . [(string) (simple_symbol)] @name) block: (_) @body
  (#any-of? @_call "it" "xit" "fit" "specify" "test" "task" "desc" "scope" "scenario" "should" "define_method"
    "define_singleton_method" "let" "let!" "factory" "file" "multitask" "rule" "subject" "action" "controller")) @function
(call method: (identifier) @_call arguments: (argument_list . (pair key: [(hash_key_symbol) (string) (simple_symbol)] @name))
  block: (_) @body (#any-of? @_call "task" "multitask" "file")) @function
(call method: (identifier) @_call arguments: (argument_list . (simple_symbol) @name (lambda body: (_) @body))
  (#any-of? @_call "scope" "validate" "memoize")) @function
(call !receiver method: (identifier) @verb arguments: (argument_list . (string) @name) block: (_) @body
  (#any-of? @verb "get" "post" "put" "patch" "delete" "options" "head" "route") (#match? @name "^.[/*]")) @function
