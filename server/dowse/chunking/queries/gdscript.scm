(comment) @comment
(annotation) @attribute
(class_name_statement name: (_) @prefix)
(function_definition) @function
(constructor_definition "_init" @name) @constructor
(class_definition) @class
(enum_definition name: (_) @name) @enum
(signal_statement name: (_) @name) @event
(const_statement) @constant
