;;; dowse.el --- Find code by what it does -*- lexical-binding: t; -*-

;; Version: 0.1.0
;; Package-Requires: ((emacs "28.1"))
;; Keywords: tools, matching

;;; Commentary:

;; `dowse-search' asks where the code is that does something, `dowse-similar' what is like the function around point or
;; like the region.  Answers are shown as xrefs, so `next-error' and consult-xref work on them.
;;
;; Both talk to a server of their own, one for each project, beside whatever eglot or lsp-mode run there.  It reads and
;; watches the files by itself; before each question it is told the text of the modified buffers.
;;
;; `dowse-eglot-setup' and `dowse-lsp-mode-setup' make Dowse known to these clients as well, for what arrives by their own
;; commands: hovers, lenses, code actions, symbols.

;;; Code:

(require 'cus-edit)
(require 'jsonrpc)
(require 'project)
(require 'subr-x)
(require 'url-util)
(require 'xref)

(defgroup dowse nil
  "Find code by what it does."
  :group 'tools)

(defcustom dowse-command '("dowse" "server")
  "The command that starts the server."
  :type '(repeat string))

(defcustom dowse-limit 30
  "How many matches are asked for, weaker ones included, 200 at most."
  :type 'natnum)

(defcustom dowse-settings nil
  "Settings of the server, as a property list: (:files (:exclude [\"*.snap\"]))."
  :type 'plist)

(defcustom dowse-include-tests t
  "Whether tests answer a search too; `dowse-toggle-tests' changes and saves it."
  :type 'boolean)

(defface dowse-match '((t :inherit match))
  "Face of what matched in the answers to a question.")

(defvar dowse-history nil
  "What `dowse-search' was asked.")

(defvar dowse--servers (make-hash-table :test #'equal)
  "The running servers, by the root of their project.")

(defclass dowse--connection (jsonrpc-process-connection)
  ((documents :initform (make-hash-table :test #'equal)
              :documentation "The text that the server has of buffers: URI to (BUFFER . TICK)."))
  :documentation "A server and what it knows of our buffers.")


;; Starting and stopping

(defun dowse--root ()
  "Return the root of the current project."
  (when (file-remote-p default-directory)
    (user-error "Dowse does not reach remote files; run it on their machine"))
  (let* ((project (project-current))
         (root (or (locate-dominating-file default-directory ".dowse.toml")
                   (and project (project-root project))
                   default-directory)))
    (when (and (not project) (file-equal-p root "~"))
      (user-error "This is no project; visit a file of one"))
    (expand-file-name (file-name-as-directory root))))

(defun dowse--server ()
  "Return the server of the current project; start it where none is running."
  (let* ((root (dowse--root))
         (server (gethash root dowse--servers)))
    (if (and server (jsonrpc-running-p server))
        server
      (puthash root (dowse--start root) dowse--servers))))

(defun dowse--start (root)
  "Start a server for the project at ROOT."
  (unless (executable-find (car dowse-command))
    (user-error "The command `%s' is not on `exec-path'; install Dowse, or set `dowse-command'" (car dowse-command)))
  (let* ((default-directory root)
         (uri (dowse--uri root))
         (server (dowse--connection
                  :name "dowse"
                  :events-buffer-scrollback-size 0
                  :notification-dispatcher #'dowse--handle-notification
                  :process (lambda ()
                             (make-process :name "dowse"
                                           :command dowse-command
                                           :connection-type 'pipe
                                           :coding 'utf-8-emacs-unix
                                           :noquery t
                                           :stderr (get-buffer-create " *dowse errors*"))))))
    (jsonrpc-request server :initialize
                     (list :processId (emacs-pid)
                           :clientInfo (list :name "Emacs" :version emacs-version)
                           :rootUri uri
                           :workspaceFolders (vector (list :uri uri :name (file-name-nondirectory
                                                                           (directory-file-name root))))
                           :capabilities '(:general (:positionEncodings ["utf-32"]))
                           :initializationOptions dowse-settings))
    (jsonrpc-notify server :initialized (make-hash-table))
    server))

(defun dowse-stop ()
  "End all servers that Dowse's commands have started."
  (interactive)
  (dolist (server (hash-table-values dowse--servers))
    (when (jsonrpc-running-p server)
      (ignore-errors                    ; one that does not answer is ended all the same
        (jsonrpc-request server :shutdown nil :timeout 2)
        (jsonrpc-notify server :exit nil)
        (with-timeout (2)
          (while (jsonrpc-running-p server)
            (accept-process-output nil 0.05))))
      (jsonrpc-shutdown server)))
  (clrhash dowse--servers))

(add-hook 'kill-emacs-hook #'dowse-stop)

(defun dowse--handle-notification (_server method params)
  "Show a message that came as METHOD with PARAMS."
  (when (eq method 'window/showMessage)
    (message "%s" (plist-get params :message))))


;; Buffers as documents

(defun dowse--uri (file)
  "Return the URI of FILE."
  (concat "file://" (and (eq system-type 'windows-nt) "/")
          (url-hexify-string (expand-file-name file) url-path-allowed-chars)))

(defun dowse--buffer-uri (buffer)
  "Return the URI of BUFFER, which need not visit a file."
  (if-let ((file (buffer-file-name buffer)))
      (dowse--uri file)
    (concat "untitled:" (url-hexify-string (buffer-name buffer)))))

(defun dowse--location (uri line column)
  "Return the xref location of LINE and COLUMN, both from 0, in the document URI."
  (let ((name (decode-coding-string (url-unhex-string (replace-regexp-in-string "\\`[a-z]+:\\(//\\)?" "" uri)) 'utf-8)))
    (if (string-prefix-p "file:" uri)
        (xref-make-file-location (if (eq system-type 'windows-nt) (substring name 1) name) (1+ line) column)
      (with-current-buffer name
        (xref-make-buffer-location (current-buffer) (dowse--point line column))))))

(defun dowse--point (line column)
  "Return the place in the current buffer of LINE and COLUMN, both from 0."
  (save-restriction
    (widen)
    (save-excursion
      (goto-char (point-min))
      (forward-line line)
      (min (+ (point) column) (line-end-position)))))

(defun dowse--position (place)
  "Return PLACE in the current buffer as the protocol counts."
  (save-restriction
    (widen)
    (save-excursion
      (goto-char place)
      (list :line (1- (line-number-at-pos)) :character (- place (line-beginning-position))))))

(defun dowse--unsaved (root)
  "Return the buffers whose text is not on disk, below ROOT."
  (seq-filter (lambda (buffer)
                (and (buffer-modified-p buffer)
                     (buffer-file-name buffer)
                     (string-prefix-p root (expand-file-name (buffer-file-name buffer)))))
              (buffer-list)))

(defun dowse--sync-documents (server buffers)
  "Make BUFFERS the open documents of SERVER, with the text that they have now."
  (let ((documents (slot-value server 'documents))
        (uris (mapcar #'dowse--buffer-uri buffers)))
    (dolist (uri (hash-table-keys documents))
      (unless (member uri uris)
        (jsonrpc-notify server :textDocument/didClose `(:textDocument (:uri ,uri)))
        (remhash uri documents)))
    (dolist (buffer buffers)
      (with-current-buffer buffer
        (let* ((uri (dowse--buffer-uri buffer))
               (synced (gethash uri documents))
               (tick (buffer-chars-modified-tick))
               (text (save-restriction (widen) (buffer-substring-no-properties (point-min) (point-max))))
               (language (replace-regexp-in-string "\\(-ts\\)?-mode\\'" "" (symbol-name major-mode))))
          (cond ((not synced)
                 (jsonrpc-notify server :textDocument/didOpen
                                 `(:textDocument (:uri ,uri :languageId ,language :version ,tick :text ,text))))
                ((not (equal synced (cons buffer tick)))
                 (jsonrpc-notify server :textDocument/didChange
                                 `(:textDocument (:uri ,uri :version ,tick) :contentChanges [(:text ,text)]))))
          (puthash uri (cons buffer tick) documents))))))


;; Asking

(defun dowse--request (method params &optional buffer)
  "Ask the project's server METHOD with PARAMS and return its answer.
Unsaved text is searched as it stands, that of BUFFER whether or not it
belongs to the project."
  (let* ((server (dowse--server))
         (unsaved (dowse--unsaved (dowse--root))))
    (dowse--sync-documents server (if buffer (seq-uniq (cons buffer unsaved)) unsaved))
    (jsonrpc-request server method params)))

(defconst dowse--far-below 25
  "How far below a name the line that answers must stand to be gone to.")

(defun dowse--opening (hit)
  "Return the range where HIT opens: its name, or far below it what answers."
  (let* ((name (plist-get hit :selectionRange))
         (answer (plist-get hit :answer))
         (line (lambda (range) (plist-get (plist-get range :start) :line))))
    (if (and (plist-get answer :marks)
             (> (- (funcall line (plist-get answer :range)) (funcall line name)) dowse--far-below))
        (plist-get answer :range)
      name)))

(defun dowse--marked (text parts)
  "Return TEXT with the face `dowse-match' on its PARTS."
  (let ((marked (copy-sequence text)))
    (seq-doseq (part parts)
      (put-text-property (plist-get part :start) (plist-get part :end) 'face 'dowse-match marked))
    marked))

(defun dowse--summary (hit)
  "Return what is shown of HIT: its name and the line that answers."
  (let* ((answer (plist-get hit :answer))
         (line (lambda (range) (plist-get (plist-get range :start) :line)))
         (text (and answer (dowse--marked (plist-get answer :text) (plist-get answer :marks))))
         (name (dowse--marked (plist-get hit :name) (plist-get hit :nameMarks))))
    (cond ((not answer) name)
          ((= (funcall line (plist-get answer :range)) (funcall line (plist-get hit :selectionRange))) text)
          (t (concat name ": " text)))))

(defun dowse--xref (hit)
  "Return HIT as an xref: what answers in it, at its place."
  (let ((start (plist-get (dowse--opening hit) :start)))
    (xref-make (dowse--summary hit)
               (dowse--location (plist-get (plist-get hit :location) :uri)
                                (plist-get start :line)
                                (plist-get start :character)))))

(defun dowse--answers-question (hit best)
  "Return whether HIT answers a question whose best hit scores BEST.
Its shape alone does not speak for it."
  (let ((reasons (plist-get hit :reasons)))
    (and (>= (plist-get hit :score) (* 0.03 best))
         (or (seq-empty-p reasons)
             (seq-some (lambda (reason) (not (equal (plist-get reason :signal) "shape"))) reasons)))))

(defun dowse--alike (hit best)
  "Return whether HIT is much like what was asked about.
Where nothing is, whether it is among the most alike, by the score BEST."
  (or (>= (plist-get hit :score) 0.5)
      (>= (plist-get hit :score) (* 0.6 best))))

(defun dowse--show (ask answerp)
  "Show as xrefs what the function ASK answers; it is called anew to revert.
ANSWERP says of a hit and the best score whether it is shown; nil shows all."
  (let ((directory default-directory))
    (xref-show-xrefs
     (lambda ()
       (let* ((default-directory directory)
              (answer (funcall ask))
              (index (plist-get answer :index))
              (read (plist-get index :filesIndexed))
              (all (plist-get index :filesTotal))
              (hits (plist-get answer :results)))
         (when (< read all)
           (message "Dowse has read %d of %d files" read all))
         (when (seq-empty-p hits)
           (user-error "Dowse finds nothing"))
         (let ((best (plist-get (seq-first hits) :score)))
           (mapcar #'dowse--xref (seq-filter (lambda (hit) (or (not answerp) (funcall answerp hit best))) hits)))))
     nil)))

;;;###autoload
(defun dowse-search (query &optional weaker)
  "Show the places of the project that QUERY describes.
With a prefix argument, or WEAKER, show weaker matches too."
  (interactive (list (read-string "Where is the code that: " nil 'dowse-history) current-prefix-arg))
  (dowse--show (lambda ()
                 (dowse--request :workspace/semanticSearch
                                 `(:query ,query :limit ,dowse-limit
                                   ,@(unless dowse-include-tests '(:filter (:tests "out"))))))
               (unless weaker #'dowse--answers-question)))

;;;###autoload
(defun dowse-toggle-tests ()
  "Toggle whether a search lists test files too; that is saved for later sessions."
  (interactive)
  (customize-set-variable 'dowse-include-tests (not dowse-include-tests))
  (when (custom-file t)                 ; without one, as under emacs -q, nothing can be saved
    (customize-save-variable 'dowse-include-tests dowse-include-tests))
  (message (if dowse-include-tests "Dowse searches tests" "Dowse leaves tests out")))

;;;###autoload
(defun dowse-similar (&optional start end weaker)
  "Show code like the function around point, or like the text from START to END.
Interactively that is the region, where it is active.  With a prefix
argument, or WEAKER, show what is less alike too."
  (interactive (append (if (use-region-p) (list (region-beginning) (region-end)) (list nil nil))
                       (list current-prefix-arg)))
  (let* ((buffer (current-buffer))
         (where (if start
                    (list :range (list :start (dowse--position start) :end (dowse--position end)))
                  (list :position (dowse--position (point)))))
         (params `(:textDocument (:uri ,(dowse--buffer-uri buffer)) :limit ,dowse-limit ,@where)))
    (dowse--show (lambda () (dowse--request :textDocument/similarCode params buffer))
                 (unless weaker #'dowse--alike))))


;; Other clients

(defvar eglot-server-programs)

;;;###autoload
(defun dowse-eglot-setup (&rest modes)
  "Let eglot use Dowse in MODES, by default those of prose.
Eglot runs one server in a buffer, so this is for modes without another."
  (let ((editor (copy-sequence (plist-get dowse-settings :editor))))
    ;; What the server does in Emacs anyway, but eglot 1.9 does not say where it is.  ElDoc asks for a hover at every move.
    (unless (plist-member editor :hover)
      (setq editor (plist-put editor :hover "off")))
    (unless (plist-member editor :workspaceSymbols)
      (setq editor (plist-put editor :workspaceSymbols "on")))
    (add-to-list 'eglot-server-programs
                 (cons (or modes '(markdown-mode rst-mode org-mode text-mode))
                       `(,@dowse-command
                         :initializationOptions ,(plist-put (copy-sequence dowse-settings) :editor editor))))))

(declare-function lsp-register-client "ext:lsp-mode")
(declare-function lsp-stdio-connection "ext:lsp-mode")
(declare-function make-lsp-client "ext:lsp-mode")

;;;###autoload
(defun dowse-lsp-mode-setup ()
  "Let lsp-mode run Dowse beside the other servers, in every mode."
  (lsp-register-client
   (make-lsp-client :new-connection (lsp-stdio-connection (lambda () dowse-command))
                    :activation-fn (lambda (&rest _) t)
                    :add-on? t
                    :server-id 'dowse
                    :initialization-options (lambda () dowse-settings))))

(provide 'dowse)
;;; dowse.el ends here
