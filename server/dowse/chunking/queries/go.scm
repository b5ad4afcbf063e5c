(comment) @comment
(function_declaration) @function
(method_declaration receiver: (parameter_list (parameter_declaration type: [
  (type_identifier) @container
  (generic_type type: (_) @container)
  (pointer_type [(type_identifier) @container (generic_type type: (_) @container)])]))) @method
(type_spec name: (_) @name) @type
(type_spec name: (_) @name type: (struct_type) @body) @struct
(type_spec name: (_) @name type: (interface_type) @body) @interface
(type_declaration . "type" . (type_spec name: (_) @name type: (struct_type) @body) @struct) @extent
(type_declaration . "type" . (type_spec name: (_) @name type: (interface_type) @body) @interface) @extent
(source_file (const_declaration (const_spec name: (_) @name)) @constant)
(source_file (var_declaration (var_spec name: (_) @name)) @variable (#not-match? @name "^_$"))
(source_file (var_declaration (var_spec name: (_) @name value: (expression_list (func_literal body: (_) @body)))) @function)
(source_file (var_declaration (var_spec name: (identifier) @_blank
  value: (expression_list (call_expression function: (_) @_call
    arguments: (argument_list . [(interpreted_string_literal) (raw_string_literal)] @name (func_literal body: (_) @body)))))
  (#eq? @_blank "_") (#match? @_call "^([a-z]+\\.)?[FPX]?Describe$|Context$")) @namespace)
(source_file (var_declaration (var_spec name: (_) @name value: (expression_list (call_expression
  arguments: (argument_list . (func_literal body: (_) @body)))))) @function)
(expression_statement (call_expression function: (_) @_call
  arguments: (argument_list . [(interpreted_string_literal) (raw_string_literal)] @name (func_literal body: (_) @body)))
  (#match? @_call "^([a-z]+\\.)?[FPX]?(Describe|Context|When|DescribeTable)$")) @namespace
(expression_statement (call_expression function: (_) @_call
  arguments: (argument_list . [(interpreted_string_literal) (raw_string_literal)] @name (func_literal body: (_) @body)))
  (#match? @_call "^([a-z]+\\.)?([FPX]?(It|Specify|Entry|Measure)|Run|Convey)$")) @function
(expression_statement (call_expression function: (selector_expression field: (_) @verb)
  arguments: (argument_list . (interpreted_string_literal) @name (func_literal body: (_) @body)))
  (#match? @verb "^(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|Get|Post|Put|Patch|Delete|HandleFunc|Handle|Any)$")) @function
