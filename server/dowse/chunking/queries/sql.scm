[(comment) (marginalia)] @comment
(statement (create_table (object_reference name: (_) @name) (column_definitions) @body)) @struct
(statement (create_table (object_reference name: (_) @name))) @struct
(statement (create_view (object_reference name: (_) @name))) @class
(statement (create_materialized_view (object_reference name: (_) @name))) @class
(statement (create_type (object_reference name: (_) @name))) @type
