(comment) @comment
(document (block_node (block_mapping (block_mapping_pair key: (_) @name) @key)))
(document (block_node (block_mapping (block_mapping_pair key: (_) @_of
  value: (block_node (block_mapping (block_mapping_pair key: (_) @name value: (block_node)) @object)))))
  (#any-of? @_of "jobs" "services" "tasks" "Resources" "paths"))
(document (block_node (block_mapping (block_mapping_pair key: (_) @name value: (block_node (block_mapping
  (block_mapping_pair value: (block_node))))) @namespace))
  (#any-of? @name "jobs" "services" "tasks" "Resources" "paths"))
