(comment) @comment
(value_specification (value_name) @name) @declaration
((value_specification (value_name) @name) @declaration . (comment) @below)
(external (value_name) @name) @function
((external (value_name) @name) @function . (comment) @below)
(type_definition (type_binding name: (_) @name)) @type
((type_definition (type_binding name: (_) @name)) @type . (comment) @below)
(exception_definition (constructor_declaration (constructor_name) @name)) @type
(module_definition (module_binding (module_name) @name)) @module
(module_type_definition (module_type_name) @name) @interface
(class_definition (class_binding (class_name) @name)) @class
