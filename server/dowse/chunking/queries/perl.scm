(comment) @comment
(pod) @comment
(package_statement name: (_) @prefix)
(subroutine_declaration_statement name: (_) @name body: (_) @body) @function
(method_declaration_statement name: (_) @name body: (_) @body) @method
(class_statement name: (_) @name) @class
