(import (scheme base))

;; The last pair of a list.
(define (last-pair items)
  (if (pair? (cdr items))
      (last-pair (cdr items))
      items))

(define compose
  (lambda (f g)
    (lambda (x) (f (g x)))))

(define-syntax unless2
  (syntax-rules ()
    ((_ test body ...) (if test #f (begin body ...)))))
