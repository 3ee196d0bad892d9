//! A counter in Rust. See sdk/rust for how to compile it.

pub struct Counter {
    count: i64,
}

amino::object! {
    /// Counts.
    impl Counter {
        pub fn new(start: Option<i64>) -> Self {
            Counter { count: start.unwrap_or(0) }
        }

        /// Adds n and gives the new count.
        pub fn incr(&mut self, n: i64) -> i64 {
            self.count += n;
            self.count
        }

        /// The count.
        pub fn get(&self) -> i64 {
            self.count
        }

        /// Adds n to another counter, in whatever language, and gives its new count.
        pub fn add_to(&mut self, other: amino::Object, n: i64) -> i64 {
            other.call("incr", (n,))
        }

        pub fn amino_save(&self) -> i64 {
            self.count
        }

        pub fn amino_load(state: i64) -> Self {
            Counter { count: state }
        }
    }
}
