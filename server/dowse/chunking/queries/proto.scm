(comment) @comment
(message (message_name) @name) @struct
(enum (enum_name) @name) @enum
(service (service_name) @name) @interface
(rpc (rpc_name) @name) @declaration
(extend (full_ident) @name) @struct
