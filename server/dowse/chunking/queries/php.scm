(comment) @comment
(attribute_list) @attribute
(namespace_definition name: (_) @name body: (_)) @namespace
(namespace_definition name: (_) @prefix !body)
(class_declaration) @class
(interface_declaration) @interface
(trait_declaration) @class
(enum_declaration) @enum
(method_declaration) @method
(function_definition) @function
(program (const_declaration (const_element . (_) @name)) @constant)
(expression_statement (function_call_expression function: (name) @_call
  arguments: (arguments . (argument [(string) (encapsed_string)] @name)
    (argument [(anonymous_function body: (_) @body) (arrow_function body: (_) @body)])))
  (#any-of? @_call "it" "test" "arch")) @function
(expression_statement (_ (function_call_expression function: (name) @_call
  arguments: (arguments . (argument [(string) (encapsed_string)] @name)
    (argument [(anonymous_function body: (_) @body) (arrow_function body: (_) @body)]))))
  (#any-of? @_call "it" "test" "arch")) @function
(expression_statement (function_call_expression function: (name) @_call
  arguments: (arguments . (argument [(string) (encapsed_string)] @name) (argument (anonymous_function body: (_) @body))))
  (#any-of? @_call "describe" "context")) @namespace
(expression_statement (scoped_call_expression scope: (name) @_scope name: (name) @verb
  arguments: (arguments . (argument [(string) (encapsed_string)] @name)
    (argument [(anonymous_function body: (_) @body) (arrow_function body: (_) @body)])))
  (#eq? @_scope "Route")
  (#any-of? @verb "get" "post" "put" "patch" "delete" "options" "any")) @function
(expression_statement (_ (scoped_call_expression scope: (name) @_scope name: (name) @verb
  arguments: (arguments . (argument [(string) (encapsed_string)] @name)
    (argument [(anonymous_function body: (_) @body) (arrow_function body: (_) @body)]))))
  (#eq? @_scope "Route")
  (#any-of? @verb "get" "post" "put" "patch" "delete" "options" "any")) @function
(expression_statement (member_call_expression name: (name) @verb
  arguments: (arguments . (argument [(string) (encapsed_string)] @name)
    (argument [(anonymous_function body: (_) @body) (arrow_function body: (_) @body)])))
  (#any-of? @verb "get" "post" "put" "patch" "delete" "options" "any" "map") (#match? @name "^.[/\\[]")) @function
(expression_statement (assignment_expression left: (variable_name (name) @name)
  right: [(anonymous_function body: (_) @body) (arrow_function body: (_) @body)])) @function
(property_declaration (property_element name: (variable_name (name) @name)) (property_hook_list)) @accessor
