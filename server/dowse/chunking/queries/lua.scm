(comment) @comment
(function_declaration) @function
(assignment_statement
  (variable_list . name: (_) @name)
  (expression_list . value: (function_definition body: (_) @body))) @function
(assignment_statement
  (variable_list . name: (_) @name)
  (expression_list . value: (table_constructor (field value: (function_definition))))) @object
(field name: (_) @name value: (function_definition body: (_) @body)) @function
