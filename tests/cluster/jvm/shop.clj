(ns shop
  (:gen-class
   :name shop.Shop
   :init init
   :state state
   :constructors {[] [], [long] []}
   :methods [[incr [] long]
             [incr [long] long]
             [echo [Object] Object]
             [describe [Object] String]
             [put [Object Object] Object]
             [everything [] Object]
             [receipt [String] Object]
             [endless [] Object]
             [vector [clojure.lang.IPersistentVector clojure.lang.Keyword] Object]
             [fail [] Object]
             [amino_save [] Object]
             [amino_load [Object] void]]))

(defrecord Receipt [article pieces])

(defn -init
  ([] (-init 10))
  ([start] [[] (atom {:count start})]))

(defn -incr
  ([this] (-incr this 1))
  ([this n] (:count (swap! (.state this) update :count + n))))

(defn -echo [_ value] value)

(defn -describe [_ value] (pr-str value))

(defn -put [_ values value] (if (map? values) (assoc values "new" value) (conj values value)))

(defn -everything [_] {:vector [1 2.5 "a" \c nil true] :set #{:a} :list '(1 2) :lazy (map inc [1 2]) :ratio 1/3 :big 1180591620717411303424N
                       :symbol 'a/b :keyword :c/d 1 {"k" [1.50M]}})

(defn -receipt [_ article] (->Receipt article 2))

(defn -endless [_] (iterate inc 1))

(defn -vector [_ values keyword] (conj values keyword (name keyword)))

(defn -fail [_] (throw (ex-info "refused" {:reason :none})))

(defn -amino_save [this] @(.state this))

(defn -amino_load [this state] (reset! (.state this) {:count (state "count")}))
