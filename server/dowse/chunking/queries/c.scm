(comment) @comment
(function_definition) @function
(preproc_function_def) @function
(declaration declarator: (function_declarator)) @declaration
(declaration declarator: (pointer_declarator (function_declarator))) @declaration
(struct_specifier name: (_) body: (_)) @struct
(union_specifier name: (_) body: (_)) @struct
(enum_specifier name: (_) body: (_)) @enum
(type_definition type: (struct_specifier !name body: (_)) declarator: (_) @name) @struct
(type_definition type: (union_specifier !name body: (_)) declarator: (_) @name) @struct
(type_definition type: (enum_specifier !name body: (_)) declarator: (_) @name) @enum
