(comment) @comment
(full_type_declaration . (identifier) @name) @type
(package_declaration name: (_) @name) @module
(package_body name: (_) @name) @module
(generic_package_declaration (package_declaration name: (_) @name)) @module
(subprogram_body (procedure_specification name: (_) @name)) @function
(subprogram_body (function_specification name: (_) @name)) @function
(subprogram_declaration (procedure_specification name: (_) @name)) @declaration
(subprogram_declaration (function_specification name: (_) @name)) @declaration
(expression_function_declaration (function_specification name: (_) @name)) @function
(task_body . (identifier) @name) @function
(protected_body . (identifier) @name) @class
(full_type_declaration . (identifier) @name (record_type_definition)) @struct
(full_type_declaration . (identifier) @name (enumeration_type_definition)) @enum
(full_type_declaration (protected_type_declaration . (identifier) @name)) @class
(full_type_declaration (task_type_declaration . (identifier) @name)) @class
(single_protected_declaration . (identifier) @name) @class
