;;; session.el --- A session in Emacs with Dowse's own commands -*- lexical-binding: t; -*-

(load (expand-file-name "seeing.el" (file-name-directory load-file-name)) nil t)

(run-session
 (lambda ()
   ;; As in a session that is no batch.
   (setq user-init-file (locate-user-emacs-file "init.el")
         custom-file (locate-user-emacs-file "custom.el"))
   (find-file "net.py")
   (wait-for "the index" (lambda () (equal (plist-get (dowse--request :dowse/indexStatus nil) :state) "ready")))

   (goto-char (point-min))
   (insert "def weigh_elephant(scale):\n    return scale.read() / 1000\n\n\n")
   (with-current-buffer (find-file-noselect "other.py")
     (dowse-search "weigh an elephant"))
   (see 'search (lines-of-xrefs))
   (see 'marked (marked-in-xrefs))
   (see 'place (go-to-xref "weigh_elephant"))
   (see 'unsaved (buffer-modified-p (get-buffer "net.py")))

   (with-current-buffer (find-file-noselect "test_net.py")
     (insert "def test_elephants_are_weighed(scale):\n    assert weigh_elephant(scale) == 5\n")
     (dowse-search "weigh an elephant")
     (see 'with-tests (lines-of-xrefs))
     (dowse-toggle-tests)
     (dowse-search "weigh an elephant")
     (see 'without-tests (lines-of-xrefs))
     (see 'saved (with-temp-buffer
                   (insert-file-contents custom-file)
                   (and (search-forward "'(dowse-include-tests nil" nil t) t)))
     (dowse-search "weigh an elephant" t)
     (see 'with-weaker (lines-of-xrefs))
     (dowse-toggle-tests)
     (set-buffer-modified-p nil)
     (kill-buffer))

   (with-current-buffer "net.py"
     (go-to "retry_with_backoff")
     (dowse-similar))
   (see 'similar (lines-of-xrefs))
   (see 'similar-place (go-to-xref "call_until_it_works"))

   (with-current-buffer "net.py"
     (go-to "retry_with_backoff")
     (dowse-similar (line-beginning-position 2) (line-beginning-position 5)))
   (see 'similar-to-region (lines-of-xrefs))

   ;; Undone again, the text is not found any more.
   (with-current-buffer "net.py"
     (erase-buffer)
     (insert-file-contents buffer-file-name)
     (set-buffer-modified-p nil)
     (dowse-search "weigh an elephant, repeat a failing call"))
   (see 'undone (lines-of-xrefs))

   (with-current-buffer "net.py"
     (with-temp-buffer
       (rename-buffer "*a piece*")
       (insert "for attempt in range(attempts):\n    if call():\n        break\n    sleep(2 ** attempt)\n")
       (dowse-similar (point-min) (point-max))))
   (see 'similar-to-no-file (lines-of-xrefs))))
