(decorator) @attribute
(interface_declaration) @interface
(enum_declaration) @enum
(abstract_class_declaration) @class
(internal_module) @namespace
(module) @namespace
(type_alias_declaration) @type
(function_signature) @declaration
(abstract_method_signature) @declaration
(method_signature) @declaration
(public_field_definition name: (_) @name value: (_) @function_value) @method
