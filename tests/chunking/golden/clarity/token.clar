;; A token.
(define-constant owner tx-sender)
(define-data-var total uint u0)

(define-map balances
  principal
  uint)

(define-read-only (balance-of (who principal))
  (default-to u0
    (map-get? balances who)))

(define-public (send (amount uint) (to principal))
  (begin
    (map-set balances to amount)
    (ok true)))
