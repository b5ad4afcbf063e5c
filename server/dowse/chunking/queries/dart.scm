[(comment) (documentation_comment)] @comment
(annotation) @attribute
(class_definition) @class
(mixin_declaration (identifier) @name (class_body) @body) @class
(enum_declaration) @enum
(extension_declaration) @impl
(type_alias (type_identifier) @name) @type
((function_signature) @function . (function_body) @extent @body)
((method_signature (function_signature) @method) . (function_body) @extent @body)
((method_signature [(getter_signature) (setter_signature)] @method) . (function_body) @extent @body)
((method_signature (constructor_signature) @constructor) . (function_body) @extent @body)
((method_signature (constructor_signature name: (_) name: (_) @name) @constructor) . (function_body) @extent @body)
((method_signature (factory_constructor_signature . (identifier) @name) @constructor) . (function_body) @extent @body)
((method_signature (factory_constructor_signature . (identifier) . (identifier) @name) @constructor) . (function_body) @extent @body)
((method_signature (operator_signature (binary_operator) @name) @operator) . (function_body) @extent @body)
(declaration [(constructor_signature) (constant_constructor_signature)] @constructor)
