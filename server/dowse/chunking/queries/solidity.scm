(comment) @comment
(contract_declaration (identifier) @name (contract_body) @body) @class
(library_declaration (identifier) @name (contract_body) @body) @class
(interface_declaration (identifier) @name (contract_body) @body) @interface
(function_definition (identifier) @name) @function
(constructor_definition "constructor" @name) @constructor
(modifier_definition) @function
(struct_declaration (identifier) @name) @struct
(enum_declaration (identifier) @name) @enum
(event_definition) @field
(error_declaration (identifier) @name) @field
