[(comment) (statement_comment) (module_comment)] @comment
(attribute) @attribute
(function) @function
(type_definition (type_name name: (_) @name)) @struct
(type_alias (type_name name: (_) @name)) @type
(constant) @constant
