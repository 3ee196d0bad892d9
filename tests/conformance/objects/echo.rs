//! The conformance object in Rust: any value, and one member a type.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use amino::{Any, Bytes, Failure};

amino::value! {
    pub struct Point {
        x: f64,
        y: f64,
    }
}

pub struct Echo {
    pub notes: Vec<String>,
}

amino::object! {
    impl Echo {
        pub fn new() -> Self {
            Echo { notes: Vec::new() }
        }
        /// Gives back what it is given.
        pub fn echo(&self, given: Any) -> Any {
            given
        }
        pub fn echo_int(&self, given: i64) -> i64 {
            given
        }
        pub fn echo_small(&self, given: i32) -> i32 {
            given
        }
        pub fn echo_natural(&self, given: u64) -> u64 {
            given
        }
        pub fn echo_double(&self, given: f64) -> f64 {
            given
        }
        pub fn echo_bool(&self, given: bool) -> bool {
            given
        }
        pub fn echo_text(&self, given: String) -> String {
            given
        }
        pub fn echo_bytes(&self, given: Bytes) -> Bytes {
            given
        }
        pub fn echo_list(&self, given: Vec<i64>) -> Vec<i64> {
            given
        }
        pub fn echo_map(&self, given: BTreeMap<String, Vec<i64>>) -> BTreeMap<String, Vec<i64>> {
            given
        }
        pub fn echo_names(&self, given: HashMap<String, String>) -> HashMap<String, String> {
            given
        }
        pub fn echo_set(&self, given: BTreeSet<String>) -> BTreeSet<String> {
            given
        }
        pub fn echo_tuple(&self, given: (i64, String, bool)) -> (i64, String, bool) {
            given
        }
        pub fn echo_point(&self, given: Point) -> Point {
            given
        }
        pub fn echo_optional(&self, given: Option<i64>) -> Option<i64> {
            given
        }
        /// Raises.
        pub fn fail(&mut self, message: String) -> Result<(), Failure> {
            Err(Failure::new("EchoFailure", &message))
        }
        /// Calls another object.
        pub fn relay(&mut self, name: String, method: String, given: Option<Any>) -> Any {
            amino::get(&name).call(&method, (given,))
        }
        pub fn code_of(&mut self, name: String, method: String) -> String {
            match amino::get(&name).try_call::<Any, ()>(&method, ()) {
                Ok(_) => String::new(),
                Err(failure) => failure.code,
            }
        }
        pub fn at(&self, list: Vec<i64>, index: i64) -> i64 {
            list[index as usize]
        }
        pub fn now(&self) -> i64 {
            amino::now() / 1_000_000
        }
        pub fn random(&self, size: i64) -> Bytes {
            let mut bytes = vec![0; size as usize];
            amino::random(&mut bytes);
            Bytes(bytes)
        }
        pub fn note(&mut self, text: String) -> Vec<String> {
            self.notes.push(text);
            self.notes.clone()
        }
        pub fn forget(&mut self, count: i64) -> Vec<String> {
            self.notes.truncate(self.notes.len() - count as usize);
            self.notes.clone()
        }
    }
}
