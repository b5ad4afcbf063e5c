;;; seeing.el --- What the sessions of these tests share -*- lexical-binding: t; -*-

(require 'json)
(require 'subr-x)
(require 'xref)

(defvar seen nil "What a session saw, as an alist.")

(defun see (name value)
  (push (cons name value) seen))

(defun wait-for (what condition)
  "Return what CONDITION gives, as soon as it gives anything."
  (let ((end (time-add nil 60)) value)
    (while (not (setq value (funcall condition)))
      (when (time-less-p end nil)
        (error "Waited in vain for %s" what))
      (accept-process-output nil 0.02))
    value))

(defun lines-of-xrefs ()
  "Return the xrefs shown, the names of their files among them."
  (with-current-buffer "*xref*"
    (split-string (buffer-substring-no-properties (point-min) (point-max)) "\n" t)))

(defun marked-in-xrefs ()
  "Return the pieces of the xrefs shown that stand out as what matched."
  (with-current-buffer "*xref*"
    (goto-char (point-min))
    (let (pieces match)
      (while (setq match (text-property-search-forward
                          'face 'dowse-match
                          (lambda (face found) (memq face (ensure-list found)))))
        (push (buffer-substring-no-properties (prop-match-beginning match) (prop-match-end match)) pieces))
      (nreverse pieces))))

(defun go-to-xref (text)
  "Follow the xref that shows TEXT and return where that is."
  (with-current-buffer "*xref*"
    (goto-char (point-min))
    (search-forward text)
    (xref-goto-xref))
  (with-current-buffer (window-buffer)
    (list (file-name-nondirectory buffer-file-name)
          (buffer-substring-no-properties (line-beginning-position) (line-end-position))
          (current-column))))

(defun go-to (name)
  (goto-char (point-min))
  (search-forward (concat "def " name))
  (backward-char 3))

(defun run-session (session)
  "Run SESSION, write what was seen as JSON, and leave."
  (setq create-lockfiles nil make-backup-files nil)
  (condition-case problem
      (funcall session)
    (error (see 'problem (format "%S" problem))))
  (with-temp-file (getenv "DOWSE_TEST_OUT")
    (insert (json-encode seen)))
  (kill-emacs 0))
