(comment) @comment
(namespace_declaration name: (_) @name) @namespace
(file_scoped_namespace_declaration name: (_) @name @prefix)
(class_declaration) @class
(record_declaration) @class
(struct_declaration) @struct
(interface_declaration) @interface
(enum_declaration) @enum
(delegate_declaration) @type
(method_declaration) @method
(local_function_statement) @function
(constructor_declaration) @constructor
(destructor_declaration) @method
(operator_declaration "operator" @name) @operator
(indexer_declaration "this" @name) @method
(property_declaration) @property
(event_declaration) @event
