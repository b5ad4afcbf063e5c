(comment) @comment
(body (block . (identifier) @name) @object)
(body (block . (identifier) (string_lit (template_literal) @name) . (block_start)) @object)
(body (block . (identifier) . (string_lit (template_literal) @container) . (string_lit (template_literal) @name)) @object)
