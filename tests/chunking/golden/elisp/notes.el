;;; notes.el --- Small notes  -*- lexical-binding: t; -*-

(require 'subr-x)

(defcustom notes-directory "~/notes"
  "Where notes are kept."
  :type 'directory)

;;;###autoload
(defun notes-new (title)
  "Make a note named TITLE."
  (interactive "sTitle: ")
  (find-file (expand-file-name title notes-directory)))

(defmacro notes-with (name &rest body)
  "Run BODY in the note NAME."
  `(with-current-buffer ,name
     ,@body))

(provide 'notes)
