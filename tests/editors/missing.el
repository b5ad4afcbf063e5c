;;; missing.el --- Emacs where there is nothing to answer -*- lexical-binding: t; -*-

(load (expand-file-name "seeing.el" (file-name-directory load-file-name)) nil t)

(defun said-of (act)
  (condition-case said
      (progn (funcall act) nil)
    (user-error (cadr said))))

(run-session
 (lambda ()
   (find-file "net.py")
   (let ((dowse-command '("no-such-dowse" "server")))
     (see 'missing (said-of (lambda () (dowse-search "anything")))))
   (make-directory "~/empty/.git" t)
   (let ((default-directory "~/empty/"))
     (see 'nothing (said-of (lambda () (dowse-search "anything")))))
   (let ((default-directory "~/"))
     (see 'home (said-of (lambda () (dowse-search "anything")))))
   (let ((default-directory "/ssh:somewhere:/tmp/"))
     (see 'remote (said-of (lambda () (dowse-search "anything")))))))
