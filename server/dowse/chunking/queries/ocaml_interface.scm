(comment) @comment
(value_specification (value_name) @name) @declaration
(external (value_name) @name) @function
(type_definition (type_binding name: (_) @name)) @type
(exception_definition (constructor_declaration (constructor_name) @name)) @type
(module_definition (module_binding (module_name) @name)) @module
(module_type_definition (module_type_name) @name) @interface
