(ns counter
  "Counts. A class of its own, counter.Counter, whose methods are the functions below; its state is an atom."
  (:import (org.amino.runtime.guest.java Reference))
  (:gen-class
   :name counter.Counter
   :init init
   :state state
   :constructors {[] [], [long] []}
   :methods [[incr [] long]
             [incr [long] long]
             [get [] long]
             [add_to [org.amino.runtime.guest.java.Reference long] Object]
             [amino_save [] Object]
             [amino_load [Object] void]]))

(defn -init
  ([] (-init 0))
  ([start] [[] (atom start)]))

(defn -incr
  "Adds n and gives the new count."
  ([this] (-incr this 1))
  ([this n] (swap! (.state this) + n)))

(defn -get [this] @(.state this))

(defn -add_to
  "Adds n to another counter, in whatever language, and gives its new count."
  [_ ^Reference other n]
  (.call other "incr" (object-array [n])))

(defn -amino_save [this] @(.state this))

(defn -amino_load [this state] (reset! (.state this) state))
