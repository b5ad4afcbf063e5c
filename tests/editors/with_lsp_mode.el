;;; with_lsp_mode.el --- Dowse as an add-on server of lsp-mode -*- lexical-binding: t; -*-

(load (expand-file-name "seeing.el" (file-name-directory load-file-name)) nil t)

(require 'lsp-mode)
(setq lsp-auto-guess-root t lsp-keep-workspace-alive nil lsp-enable-suggest-server-download nil
      lsp-restart 'ignore lsp-warn-no-matched-clients nil lsp-session-file (expand-file-name "~/session"))

;; A second server, so that there is one to be beside.
(lsp-register-client
 (make-lsp-client :new-connection (lsp-stdio-connection (list "dowse" "server" "--set" "editor.codeAction=false" "--set" "editor.codeLens=false"))
                  :activation-fn (lambda (&rest _) t) :server-id 'other))

(defun lens-at-point ()
  (when-let ((lens (seq-find (lambda (each)
                               (= (1- (line-number-at-pos)) (gethash "line" (gethash "start" (gethash "range" each)))))
                             (lsp-request "textDocument/codeLens"
                                          `(:textDocument ,(lsp--text-document-identifier))))))
    (gethash "title" (gethash "command" (lsp-request "codeLens/resolve" lens)))))

(run-session
 (lambda ()
   (find-file "net.py")
   (lsp)
   (wait-for "both servers" (lambda ()
                              (and (= (length (lsp-workspaces)) 2)
                                   (seq-every-p (lambda (each) (eq (lsp--workspace-status each) 'initialized))
                                                (lsp-workspaces)))))
   (see 'servers (sort (mapcar (lambda (each) (symbol-name (lsp--workspace-server-id each))) (lsp-workspaces))
                       #'string<))
   (goto-char (point-min))
   (insert "def weigh_elephant(scale):\n    return scale.read() / 1000\n\n\n")
   (go-to "retry_with_backoff")
   (see 'action (wait-for "the action" (lambda () (mapcar (lambda (each) (gethash "title" each))
                                                          (lsp-code-actions-at-point)))))
   (see 'lens (with-lsp-workspace (seq-find (lambda (each) (eq (lsp--workspace-server-id each) 'dowse)) (lsp-workspaces))
                (wait-for "the lens" #'lens-at-point)))
   (set-buffer-modified-p nil)
   (mapc #'lsp-workspace-shutdown (lsp-workspaces))))
