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
(operator_declaration "operator" . _ @name) @operator
(conversion_operator_declaration type: (_) @name) @operator
(indexer_declaration "this" @name) @method
(property_declaration) @property
(property_declaration accessors: (accessor_list (accessor_declaration body: (_)))) @accessor
(property_declaration value: (arrow_expression_clause)) @accessor
(event_declaration accessors: (_)) @accessor
(expression_statement (invocation_expression function: (member_access_expression name: (identifier) @verb)
  arguments: (argument_list . (argument (string_literal) @name) (argument (lambda_expression body: (_) @body))))
  (#any-of? @verb "MapGet" "MapPost" "MapPut" "MapPatch" "MapDelete" "MapMethods")) @function
(event_declaration) @event
