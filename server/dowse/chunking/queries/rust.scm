[(line_comment) (block_comment)] @comment
(attribute_item) @attribute
(function_item) @function
(function_signature_item) @declaration
(struct_item) @struct
(union_item) @struct
(enum_item) @enum
(trait_item) @interface
(impl_item type: [(type_identifier) @name (generic_type type: (_) @name) (scoped_type_identifier) @name (_) @name]) @impl
(mod_item body: (_)) @module
(macro_definition) @function
(type_item) @type
(const_item) @constant
(static_item) @constant
