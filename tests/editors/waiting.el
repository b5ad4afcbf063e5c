;;; waiting.el --- Emacs with a running server, until it is killed -*- lexical-binding: t; -*-

(find-file "net.py")
(dowse--request :dowse/indexStatus nil)
(message "ready") ; to standard error: batch mode keeps standard output back
(while t (accept-process-output nil 1))
