(comment) @comment
(source (list_lit . (sym_lit) @_def . (sym_lit name: (_) @prefix) (#eq? @_def "ns")))
(list_lit . (sym_lit) @_def . (sym_lit name: (_) @name)
  (#any-of? @_def "defn" "defn-" "defmacro" "defmulti" "deftest" "deftest-" "defmethod" "defn*" "s/defn" "defspec" "mu/defn" "defcard" "defendpoint")) @function
(list_lit . (sym_lit) @_def . (sym_lit name: (_) @name) . (str_lit)? . (vec_lit) @parameters
  (#any-of? @_def "defn" "defn-" "defmacro")) @function
(list_lit . (sym_lit) @_def . (sym_lit name: (_) @name) (#any-of? @_def "defprotocol" "definterface")) @interface
(list_lit . (sym_lit) @_def . (sym_lit name: (_) @name) (#any-of? @_def "defrecord" "deftype" "defstruct")) @struct
(list_lit . (sym_lit) @_def . (sym_lit name: (_) @name) (#any-of? @_def "def" "defonce" "s/def")) @variable
(list_lit . (sym_lit) @_def . (sym_lit) . (str_lit) @doc (#match? @_def "^def"))
(list_lit . (sym_lit) @_def . (sym_lit) . (str_lit) @doc (#eq? @_def "ns"))
