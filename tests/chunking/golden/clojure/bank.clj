(ns example.bank
  "Accounts and transfers."
  (:require [clojure.string :as str]))

(def accounts (atom {}))

(defn deposit
  "Adds an amount to an account."
  [id amount]
  (swap! accounts update id (fnil + 0) amount))

(defn- valid?
  [amount]
  (and (number? amount)
       (pos? amount)))

(defmacro with-account [[binding id] & body]
  `(let [~binding (get @accounts ~id)]
     ~@body))

(defprotocol Ledger
  (record [this entry])
  (entries [this]))

(defrecord MemoryLedger [items]
  Ledger
  (record [this entry] (update this :items conj entry))
  (entries [this] items))

(defmulti describe :type)

(defmethod describe :savings [account]
  (str "savings " (:id account)))
