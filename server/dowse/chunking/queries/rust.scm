[(line_comment) (block_comment)] @comment
(macro_invocation (token_tree) @lines)
(ERROR) @lines
(attribute_item) @attribute
(function_item) @function
(function_signature_item) @declaration
(struct_item) @struct
(union_item) @struct
(enum_item) @enum
(trait_item) @interface
(impl_item type: (_) @name) @impl
(impl_item type: (generic_type type: (_) @name)) @impl
(impl_item type: (reference_type type: (_) @name)) @impl
(impl_item type: (reference_type type: (generic_type type: (_) @name))) @impl
(mod_item body: (_)) @module
(macro_definition) @function
(type_item) @type
(const_item) @constant
(static_item) @constant
