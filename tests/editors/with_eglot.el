;;; with_eglot.el --- Dowse as the server of eglot -*- lexical-binding: t; -*-

(load (expand-file-name "seeing.el" (file-name-directory load-file-name)) nil t)

(require 'eglot)
(setq eglot-sync-connect 20 eglot-autoshutdown t eglot-ignored-server-capabilities nil)

(defun hover (server)
  (jsonrpc-request server :textDocument/hover (eglot--TextDocumentPositionParams)))

(run-session
 (lambda ()
   (find-file "net.py")
   (apply #'eglot (eglot--guess-contact))
   (let ((server (eglot-current-server)))
     (wait-for "the index" (lambda () (equal (plist-get (jsonrpc-request server :dowse/indexStatus nil) :state) "ready")))
     (goto-char (point-min))
     (insert "def weigh_elephant(scale):\n    return scale.read() / 1000\n\n\n")
     (eglot--signal-textDocument/didChange)
     (see 'symbols (wait-for "symbols" (lambda ()
                                         (mapcar #'xref-item-summary (xref-backend-apropos 'eglot "weigh an elephant")))))
     (go-to "retry_with_backoff")
     (see 'action (wait-for "the action"
                            (lambda ()
                              (let ((actions (jsonrpc-request
                                              server :textDocument/codeAction
                                              (append (eglot--TextDocumentPositionParams)
                                                      (list :range (list :start (eglot--pos-to-lsp-position)
                                                                         :end (eglot--pos-to-lsp-position))
                                                            :context '(:diagnostics []))))))
                                (and (> (length actions) 0) (plist-get (aref actions 0) :title))))))
     (see 'hover (if (plist-get (plist-get dowse-settings :editor) :hover)
                     (wait-for "the hover" (lambda () (hover server)))
                   (hover server)))
     (set-buffer-modified-p nil)
     (kill-buffer))))
