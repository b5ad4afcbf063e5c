(comment) @comment
(spec) @signature
(module_attribute name: (_) @prefix)
(fun_decl clause: (function_clause name: (_) @name body: (_) @body)) @function
(record_decl name: (_) @name) @struct
(pp_define lhs: (macro_lhs name: (_) @name)) @constant
(type_alias name: (_) @name) @type
