(class_specifier name: (_) body: (_)) @class
(namespace_definition) @namespace
(concept_definition) @type
(alias_declaration) @type
(template_declaration [(function_definition) @function (class_specifier) @class (struct_specifier) @struct]) @extent
(field_declaration declarator: (function_declarator)) @declaration
(declaration declarator: (reference_declarator (function_declarator))) @declaration
(declaration (init_declarator declarator: (_) @name value: (lambda_expression body: (_) @body))) @function
