(comment) @comment
(attribute) @attribute
(structure (value_definition (let_binding pattern: (_) @name . body: (_)) @constant) (#not-eq? @name "()"))
(compilation_unit (value_definition (let_binding pattern: (_) @name . body: (_)) @constant) (#not-eq? @name "()"))
(value_definition (let_binding pattern: (_) @name . (_) body: (_) @body) @function (#not-eq? @name "()"))
(value_definition (let_binding pattern: (_) @name body: [(fun_expression) (function_expression)] @body) @function)
(value_definition "let" @extent . (let_binding pattern: (_) @name . (_) body: (_) @body) @function (#not-eq? @name "()"))
(value_definition "let" @extent . "rec" . (let_binding pattern: (_) @name . (_) body: (_) @body) @function)
(value_specification (value_name) @name) @declaration
(external (value_name) @name) @function
(type_definition (type_binding name: (_) @name) @type)
(exception_definition (constructor_declaration (constructor_name) @name)) @type
(module_definition (module_binding (module_name) @name)) @module
(module_type_definition (module_type_name) @name) @interface
(class_definition (class_binding (class_name) @name body: (_) @body)) @class
(method_definition (method_name) @name) @method
