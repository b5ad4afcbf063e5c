[(line_comment) (block_comment)] @comment
(type_annotation) @signature
(type_alias_declaration) @type
(type_declaration) @enum
(file (value_declaration functionDeclarationLeft: (function_declaration_left . (_) @name) body: (_) @body) @function)
