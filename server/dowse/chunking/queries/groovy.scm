(line_comment) @comment
(block_comment) @comment
(command (unit (identifier) @_class) . (block (unit (identifier) @name)) (#eq? @_class "class")) @class
(command (unit) . (block . (unit (func (identifier) @name)))) @function
