[(comment) (block_comment)] @comment
(annotation) @attribute
(function_definition) @function
(function_declaration) @declaration
(class_definition) @class
(object_definition) @object
(package_object) @object
(trait_definition) @interface
(enum_definition) @enum
(given_definition) @object
(type_definition) @type
(template_body (val_definition pattern: (identifier) @name) @constant)
(compilation_unit (val_definition pattern: (identifier) @name) @constant)
