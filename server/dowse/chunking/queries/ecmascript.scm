(comment) @comment
(function_declaration) @function
(generator_function_declaration) @function
(class_declaration) @class
(class) @class
(method_definition) @function

(program (lexical_declaration (variable_declarator name: (identifier) @name value: (_)) @constant))
(program (export_statement (lexical_declaration (variable_declarator name: (identifier) @name value: (_)) @constant)))

(variable_declarator name: (identifier) @name value: (_) @object_value) @object
(variable_declarator name: (identifier) @name value: (_) @function_value) @function
(variable_declarator name: (identifier) @name
  value: (call_expression function: (parenthesized_expression (function_expression)))) @namespace
(variable_declarator name: (identifier) @name value: (class body: (_) @body)) @class

(assignment_expression left: [(identifier) (member_expression)] @name right: (_) @object_value) @object
(assignment_expression left: [(identifier) (member_expression)] @name right: (_) @function_value) @function
(assignment_expression left: [(identifier) (member_expression)] @name right: (class !name body: (_) @body)) @class
(assignment_expression left: [(identifier) (member_expression)] @name right: (class name: (_) body: (_) @body)
  (#not-match? @name "^(module\\.)?exports$")) @class
(assignment_expression left: (member_expression) @_left right: (function_expression name: (_) @name body: (_) @body)
  (#match? @_left "^(module\\.)?exports$")) @function

(export_statement "default" @name value: (_) @function_value) @function
(export_statement "default" value: (function_expression name: (_) @name body: (_) @body)) @function
(export_statement "default" value: (call_expression arguments: (arguments
  (function_expression name: (_) @name body: (_) @body)))) @function
(export_statement "default" value: (call_expression arguments: (arguments (call_expression arguments: (arguments
  (function_expression name: (_) @name body: (_) @body)))))) @function
(export_statement "default" @name value: (class !name body: (_) @body)) @class

(pair key: (_) @name value: (_) @object_value) @object
(pair key: (_) @name value: (_) @function_value) @function

(expression_statement (call_expression function: (_) @_call
  arguments: (arguments . [(string) (template_string)] @name) @function_value)
  (#match? @_call "^([fx]?describe|context|suite|test\\.(describe|suite))(\\.[a-zA-Z]+)*(\\(|`|$)")) @namespace
(expression_statement (call_expression function: (_) @_call
  arguments: (arguments . [(string) (template_string)] @name) @function_value)
  (#match? @_call "^([fx]?it|[fx]?test|specify|bench|Deno\\.test|QUnit\\.test)(\\.[a-zA-Z]+)*(\\(|`|$)")
  (#not-match? @_call "^test\\.(describe|suite|step)")) @function
(expression_statement (call_expression function: (member_expression property: (_) @verb)
  arguments: (arguments . [(string) (template_string)] @name) @function_value)
  (#any-of? @verb "get" "post" "put" "patch" "delete" "del" "head" "options" "all" "use" "ws")
  (#match? @name "^[\"'`][/*]")) @function
