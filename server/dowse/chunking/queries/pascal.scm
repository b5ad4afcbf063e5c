(comment) @comment
(defProc header: (declProc name: (_) @name) body: (_) @body) @function
(declType name: (_) @name type: (declClass)) @class
(declType name: (_) @name type: (declIntf)) @interface
(declType name: (_) @name) @type
