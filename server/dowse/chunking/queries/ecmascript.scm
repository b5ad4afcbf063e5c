(comment) @comment
(function_declaration) @function
(generator_function_declaration) @function
(class_declaration) @class
(class) @class
(method_definition) @function

(program (lexical_declaration (variable_declarator name: (identifier) @name value: (_)) @constant))
(program (export_statement (lexical_declaration (variable_declarator name: (identifier) @name value: (_)) @constant)))

(variable_declarator name: (identifier) @name
  value: [(arrow_function body: (_) @body) (function_expression body: (_) @body) (generator_function body: (_) @body)]) @function
(variable_declarator name: (identifier) @name value: (class body: (_) @body)) @class
(variable_declarator name: (identifier) @name value: (object (pair value: [(arrow_function) (function_expression)]))) @object
(variable_declarator name: (identifier) @name value: (object (method_definition))) @object
(variable_declarator name: (identifier) @name
  value: (call_expression function: (parenthesized_expression (function_expression)))) @namespace
(variable_declarator name: (identifier) @name
  value: (call_expression arguments: (arguments [(arrow_function body: (statement_block) @body) (function_expression body: (_) @body)]))) @function

(assignment_expression left: [(identifier) (member_expression)] @name
  right: [(arrow_function body: (_) @body) (function_expression body: (_) @body) (generator_function body: (_) @body)]) @function
(assignment_expression left: [(identifier) (member_expression)] @name right: (class body: (_) @body)) @class
(assignment_expression left: [(identifier) (member_expression)] @name
  right: (object (pair value: [(arrow_function) (function_expression)]))) @object
(assignment_expression left: [(identifier) (member_expression)] @name right: (object (method_definition))) @object

(pair key: (_) @name value: [(arrow_function body: (_) @body) (function_expression body: (_) @body)]) @function
(pair key: (_) @name value: (object (pair value: [(arrow_function) (function_expression)]))) @object

(expression_statement (call_expression function: (identifier) @_call
  arguments: (arguments . [(string) (template_string)] @name
    [(arrow_function body: (_) @body) (function_expression body: (_) @body)]))
  (#any-of? @_call "describe" "context" "suite")) @namespace
(expression_statement (call_expression function: (identifier) @_call
  arguments: (arguments . [(string) (template_string)] @name
    [(arrow_function body: (_) @body) (function_expression body: (_) @body)]))
  (#any-of? @_call "it" "test" "specify")) @function
