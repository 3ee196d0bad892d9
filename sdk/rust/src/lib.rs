//! Write an Amino object in Rust.
//!
//! ```ignore
//! struct Counter {
//!     count: i64,
//! }
//!
//! amino::object! {
//!     /// Counts.
//!     impl Counter {
//!         pub fn new(start: Option<i64>) -> Self {
//!             Counter { count: start.unwrap_or(0) }
//!         }
//!         /// Adds n and gives the new count.
//!         pub fn incr(&mut self, n: i64) -> i64 {
//!             self.count += n;
//!             self.count
//!         }
//!         pub fn get(&self) -> i64 {
//!             self.count
//!         }
//!     }
//! }
//! ```
//!
//! A crate of type `cdylib`, compiled for `wasm32-unknown-unknown`, is an artifact. Methods that are `pub` are members; those with `&self` change
//! nothing. Parameters at the end that are `Option` may be left out. A member that answers `Result` ends with the error as the caller's
//! exception; so does a panic, of the type `Panic`. The whole memory is the state; to go on in another build, write
//! `pub fn amino_save(&self) -> S` and `pub fn amino_load(state: S) -> Self`.

mod containers;
mod host;
mod macros;
mod object;
mod reader;
#[doc(hidden)]
pub mod runtime;
mod value;
mod writer;

pub use host::{log, now, raise, random};
pub use object::{get, me, Object};
pub use reader::Reader;
pub use value::{Any, Bytes, Failure, Value};
pub use writer::Writer;
