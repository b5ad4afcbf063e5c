(comment) @comment
((unary_operator operator: "@" operand: (call target: (identifier) @_name)) @attribute
  (#any-of? @_name "doc" "spec" "impl" "typedoc" "deprecated" "since"))
((unary_operator operator: "@" operand: (call target: (identifier) @_name (arguments (string) @doc)))
  (#any-of? @_name "moduledoc"))
((unary_operator operator: "@" operand: (call target: (identifier) @_name (arguments [(string) (sigil)]))) @comment
  (#any-of? @_name "doc" "typedoc"))
(call target: (identifier) @_def (arguments . (_) @name) (do_block)
  (#any-of? @_def "defmodule" "defimpl")) @module
(call target: (identifier) @_def (arguments . (alias) @name) (do_block) (#eq? @_def "defprotocol")) @interface
(call target: (identifier) @_def (arguments . [
    (identifier) @name
    (call target: (identifier) @name)
    (binary_operator left: (call target: (identifier) @name))
    (binary_operator left: (identifier) @name operator: "when")])
  (do_block)? @body
  (#any-of? @_def "def" "defp" "defmacro" "defmacrop" "defguard" "defguardp" "defdelegate")) @function
(call target: (identifier) @_call (arguments . (string) @name) (do_block) (#eq? @_call "describe")) @namespace
(call target: (identifier) @_call (arguments . (string) @name) (do_block) @body (#any-of? @_call "test" "property")) @function
(call target: (identifier) @_def (arguments . (binary_operator left: (_)
    operator: ["<~>" "<~" "~>" "<~>" "~>>" "<<~" "<|>" "|>" "+" "-" "*" "/" "++" "--" "<>" "==" "<" ">" "<=" ">="
      "&&&" "|||" "<<<" ">>>" "^^^" "=~" ".." "&&" "||" "in" "and" "or"] @name))
  (do_block)? @body (#any-of? @_def "def" "defp" "defmacro" "defmacrop")) @function
