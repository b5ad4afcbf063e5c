(comment) @comment
(entity_declaration name: (_) @name) @interface
(architecture_body name: (_) @name entity: (_) @container) @class
(component_declaration name: (_) @name) @declaration
(package_declaration name: (_) @name) @module
(package_body package: (_) @name) @module
(function_body designator: (_) @name) @function
(procedure_body designator: (_) @name) @function
(function_declaration designator: (_) @name) @declaration
(procedure_declaration designator: (_) @name) @declaration
(process_statement (label (_) @name)) @function
(block_statement (label (_) @name)) @object
(full_type_declaration name: (_) @name) @type
(configuration_declaration name: (_) @name) @class
