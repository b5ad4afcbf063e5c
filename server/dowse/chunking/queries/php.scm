(comment) @comment
(attribute_list) @attribute
(namespace_definition name: (_) @name body: (_)) @namespace
(namespace_definition name: (_) @prefix !body)
(class_declaration) @class
(interface_declaration) @interface
(trait_declaration) @class
(enum_declaration) @enum
(method_declaration) @method
(function_definition) @function
(program (const_declaration (const_element . (_) @name)) @constant)
