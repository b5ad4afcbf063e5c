(mixin_statement name: (_) @name (block) @body) @function
(function_statement name: (_) @name (block) @body) @function
