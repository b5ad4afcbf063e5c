[(line_comment) (multiline_comment)] @comment
(function_declaration (simple_identifier) @name) @function
(function_declaration (simple_identifier) @name (function_body) @body) @function
(class_declaration (type_identifier) @name) @class
(class_declaration (type_identifier) @name [(class_body) (enum_class_body)] @body) @class
(class_declaration "interface" (type_identifier) @name (class_body) @body) @interface
(class_declaration "enum" (type_identifier) @name (enum_class_body) @body) @enum
(object_declaration (type_identifier) @name (class_body) @body) @object
(companion_object "companion" @name (class_body) @body) @impl
(secondary_constructor "constructor" @name) @constructor
(type_alias (type_identifier) @name) @type
(source_file (property_declaration (variable_declaration (simple_identifier) @name)) @constant)
(property_declaration (variable_declaration (simple_identifier) @name) (property_delegate)) @accessor
(property_declaration (variable_declaration (simple_identifier) @name) [(lambda_literal) (anonymous_function)] @body) @accessor
(property_declaration (variable_declaration (simple_identifier) @name)
  (call_expression (call_suffix (annotated_lambda)))) @accessor
(property_declaration (variable_declaration (simple_identifier) @name) [(getter) (setter)]) @accessor
((property_declaration (variable_declaration (simple_identifier) @name)) @accessor . [(getter) (setter)] @extent @body)
((property_declaration (variable_declaration (simple_identifier) @name)) @accessor . (getter) @body . (setter) @extent)
(prefix_expression (annotation)) @attribute
(source_file (annotation) @attribute)
(call_expression (call_expression (simple_identifier) @verb
    (call_suffix (value_arguments . (value_argument . (string_literal) @name))))
  (call_suffix (annotated_lambda)) @body
  (#any-of? @verb "get" "post" "put" "patch" "delete" "head" "options") (#match? @name "^\"/")) @function
(call_expression (call_expression (simple_identifier) @_call
    (call_suffix (value_arguments . (value_argument . (string_literal) @name))))
  (call_suffix (annotated_lambda)) @body
  (#any-of? @_call "describe" "context" "it" "test" "should" "expect" "given" "when" "then" "feature" "scenario")) @function
