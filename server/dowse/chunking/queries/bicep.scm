(comment) @comment
(decorators) @attribute
(resource_declaration . (identifier) @name) @object
(module_declaration . (identifier) @name) @object
(parameter_declaration . (identifier) @name) @variable
(variable_declaration . (identifier) @name) @variable
(output_declaration . (identifier) @name) @variable
