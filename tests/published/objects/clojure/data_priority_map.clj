(ns main
  "A queue of work by priority."
  (:require [clojure.data.priority-map :refer [priority-map priority-map-by priority->set-of-items subseq]])
  (:refer-clojure :exclude [subseq])
  (:gen-class
   :name Main
   :init init
   :state state
   :constructors {[] []}
   :methods [[use [] String]
             [goOn [] String]
             [amino_save [] Object]
             [amino_load [Object] void]]))

(defn -init [] [[] (atom (priority-map "write" 3 "read" 1 "test" 2))])

(defn -use [this]
  (let [queue @(.state this)
        last-first (into (priority-map-by >) queue)]
    (pr-str (seq queue) (peek queue) (seq (pop queue)) (seq (assoc queue "read" 9)) (seq last-first) (dissoc queue "test")
            (subseq queue >= 2) (priority->set-of-items queue) (get queue "none") (count queue) (reduce + (vals queue)))))

(defn -goOn [this]
  (pr-str (seq (swap! (.state this) (fn [queue] (-> queue (assoc (str "work " (count queue)) (- 5 (count queue))) (update (key (peek queue)) + 3)))))))

(defn -amino_save [this] (into {} @(.state this)))

(defn -amino_load [this state] (reset! (.state this) (into (priority-map) state)))
