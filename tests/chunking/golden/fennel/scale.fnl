;; Weighs parcels.
(local limit 30)

(fn too-heavy? [weight]
  "Say whether it is."
  (let [over (> weight limit)]
    over))

(λ weigh! [scale n]
  (set scale.load n)
  scale)

(macro unless [c ...]
  `(if (not ,c)
       (do ,...)))
