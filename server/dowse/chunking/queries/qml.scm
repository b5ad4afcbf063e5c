(comment) @comment
(ui_object_definition type_name: (_) @name initializer: (_) @body) @object
(function_declaration) @function
(ui_inline_component name: (_) @name) @class
