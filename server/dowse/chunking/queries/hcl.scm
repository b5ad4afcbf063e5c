(comment) @comment
(config_file (body (block . (identifier) @name) @object))
(config_file (body (block . (identifier) (string_lit (template_literal) @name) . (block_start)) @object))
(config_file (body (block . (identifier) . (string_lit (template_literal) @container)
  . (string_lit (template_literal) @name)) @object))
