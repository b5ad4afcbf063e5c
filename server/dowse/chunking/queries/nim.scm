[(comment) (documentation_comment)] @comment
(proc_declaration name: [(identifier) (accent_quoted)] @name) @function
(proc_declaration name: (exported_symbol (_) @name)) @function
(func_declaration name: [(identifier) (accent_quoted)] @name) @function
(func_declaration name: (exported_symbol (_) @name)) @function
(method_declaration name: [(identifier) (accent_quoted)] @name) @function
(method_declaration name: (exported_symbol (_) @name)) @function
(iterator_declaration name: [(identifier) (accent_quoted)] @name) @function
(iterator_declaration name: (exported_symbol (_) @name)) @function
(converter_declaration name: [(identifier) (accent_quoted)] @name) @function
(converter_declaration name: (exported_symbol (_) @name)) @function
(template_declaration name: [(identifier) (accent_quoted)] @name) @function
(template_declaration name: (exported_symbol (_) @name)) @function
(macro_declaration name: [(identifier) (accent_quoted)] @name) @function
(macro_declaration name: (exported_symbol (_) @name)) @function
(type_declaration (type_symbol_declaration name: (_) @name)) @type
(type_declaration (type_symbol_declaration name: (exported_symbol (_) @name))) @type
(type_declaration (type_symbol_declaration name: (_) @name) (object_declaration)) @struct
(type_declaration (type_symbol_declaration name: (exported_symbol (_) @name)) (object_declaration)) @struct
(type_declaration (type_symbol_declaration name: (_) @name) (enum_declaration)) @enum
(type_declaration (type_symbol_declaration name: (exported_symbol (_) @name)) (enum_declaration)) @enum
(documentation_comment) @doc
