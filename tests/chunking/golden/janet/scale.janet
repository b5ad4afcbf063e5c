# Weighs parcels.
(def limit 30)

(defn too-heavy?
  "Say whether it is."
  [weight]
  (def over (> weight limit))
  over)

(defmacro unless [c & body]
  ~(if (not ,c)
     (do ,;body)))
