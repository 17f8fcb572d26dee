;; What is run once at install time: the classes that it loads are kept in an archive, ready for use.
(ns sample
  (:require [clojure.string :as string] [clojure.set :as set]))

(defrecord Square [side])
(defprotocol Shape (area [this]))
(extend-protocol Shape Square (area [this] (* (:side this) (:side this))))
(defmulti speak :kind)
(defmethod speak :default [_] "nothing")

(let [lines (line-seq (java.io.BufferedReader. *in*))]
  (doseq [line lines] (println (string/upper-case line))))
(println (format "%d %s" (area (->Square 2)) (speak {})) (frequencies "aba") (set/union #{1} #{2}))
(println (->> (range 10) (filter even?) (map inc) (reduce +)) (try (/ 1 0) (catch ArithmeticException e (.getMessage e))))
(println (deref (future 6)) (let [{:keys [a]} {:a 1}] a) (loop [n 3] (if (pos? n) (recur (dec n)) n)))
(shutdown-agents)
