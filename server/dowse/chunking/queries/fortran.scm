(comment) @comment
(module (module_statement (name) @name)) @module
(program (program_statement (name) @name)) @module
(function (function_statement name: (_) @name)) @function
(subroutine (subroutine_statement name: (_) @name)) @function
(derived_type_definition (derived_type_statement (type_name) @name)) @struct
