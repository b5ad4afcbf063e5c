(comment) @comment
(binding attrpath: (_) @name expression: (function_expression)) @function
(binding attrpath: (_) @name expression: (attrset_expression (binding_set (binding expression: (function_expression))))) @object
(binding attrpath: (_) @name) @variable
(binding attrpath: (_) @name expression: (function_expression) @body) @function
