(comment) @comment
(rule_set (selectors) @name (block) @body) @rule
(keyframes_statement (keyframes_name) @name) @rule
(media_statement (_) @name (block) @body) @rule
(supports_statement (_) @name (block) @body) @rule
