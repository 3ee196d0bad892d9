(ns echo
  "The conformance object in Clojure."
  (:import (org.amino.runtime.guest.java Amino)))

(definterface Echoing
  (echo [value])
  (fail [^String message])
  (relay [^String name ^String method value]))

(deftype Echo []
  Echoing
  (echo [_ value] value)
  (fail [_ message] (throw (IllegalArgumentException. ^String message)))
  (relay [_ name method value] (.call (Amino/get name) method (object-array [value]))))
