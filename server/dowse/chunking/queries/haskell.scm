[(comment) (haddock)] @comment
(declarations (signature) @signature)
(class_declarations (signature name: (_) @name) @field)
(declarations (function name: (_) @name) @function)
(declarations (bind name: (_) @name) @function)
(instance_declarations (function name: (_) @name) @method)
(instance_declarations (bind name: (_) @name) @method)
(class_declarations (function name: (_) @name) @method)
(data_type name: (_) @name) @struct
(newtype name: (_) @name) @struct
(type_synomym name: (_) @name) @type
(class name: (_) @name) @interface
(instance name: (_) @name) @impl
(declarations (function (infix operator: (_) @name)) @function)
(instance_declarations (function (infix operator: (_) @name)) @method)
(declarations (function name: (prefix_id (_) @name)) @function)
(instance_declarations (function name: (prefix_id (_) @name)) @method)
(class_declarations (signature name: (prefix_id (_) @name)) @field)
(type_family name: (_) @name) @type
(data_family name: (_) @name) @type
