(defpackage :queue (:use :cl))
(in-package :queue)

(defvar *limit* 10)

(defun enqueue (item queue)
  "Put ITEM at the end of QUEUE."
  (if (< (length queue) *limit*)
      (append queue (list item))
      queue))

(defmacro with-queue ((name) &body body)
  `(let ((,name '()))
     ,@body))

(defclass worker ()
  ((name :initarg :name)
   (load :initform 0)))
