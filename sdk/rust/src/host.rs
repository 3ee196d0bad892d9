//! The one import: a function of an operation and three words.

pub(crate) const GET: i32 = 0;
pub(crate) const ME: i32 = 1;
const PUSH_STRING: i32 = 6;
pub(crate) const CALL: i32 = 9;
pub(crate) const RESULT_COPY: i32 = 13;
const RESULT_SIZE: i32 = 12;
const ERROR: i32 = 14;
const RAISE: i32 = 15;
pub(crate) const RETHROW: i32 = 16;
const LOG: i32 = 17;
pub(crate) const PUSH_VALUE: i32 = 18;
pub(crate) const RESULT_VALUE: i32 = 19;
const REFUSE: i32 = 20;
pub(crate) const OBJECT_OF: i32 = 21;
pub(crate) const REFERENCE_OF: i32 = 22;
const NOW: i32 = 32;
const RANDOM: i32 = 33;

#[cfg(target_arch = "wasm32")]
mod import {
    #[link(wasm_import_module = "amino")]
    extern "C" {
        #[link_name = "host"]
        pub fn amino_host(operation: i32, a: i64, b: i64, c: i64) -> i64;
    }
}

#[cfg(target_arch = "wasm32")]
pub(crate) fn host(operation: i32, a: i64, b: i64, c: i64) -> i64 {
    unsafe { import::amino_host(operation, a, b, c) }
}

#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn host(_operation: i32, _a: i64, _b: i64, _c: i64) -> i64 {
    panic!("only a kernel can do this")
}

/// Nanoseconds since 1970.
pub fn now() -> i64 {
    host(NOW, 0, 0, 0)
}

/// Fills the bytes with random ones.
pub fn random(bytes: &mut [u8]) {
    let mut done = 0;
    while done < bytes.len() {
        let rest = &mut bytes[done..];
        done += host(RANDOM, rest.as_mut_ptr() as usize as i64, rest.len() as i64, 0) as usize;
    }
}

/// An operation on bytes.
pub(crate) fn with_bytes(operation: i32, bytes: &[u8], c: i64) -> i64 {
    host(operation, bytes.as_ptr() as usize as i64, bytes.len() as i64, c)
}

/// The bytes that the runtime holds ready.
pub(crate) fn taken(size: i64) -> Vec<u8> {
    let mut bytes = vec![0; size as usize];
    host(RESULT_COPY, bytes.as_mut_ptr() as usize as i64, 0, 0);
    bytes
}

/// A text about the last failed call: 0 its code, 1 its type, 2 its message.
pub(crate) fn error(which: i64) -> String {
    host(ERROR, which, 0, 0);
    String::from_utf8_lossy(&taken(host(RESULT_SIZE, 0, 0, 0))).into_owned()
}

fn ended() -> ! {
    unreachable!("the runtime ends the member")
}

/// Ends the member: the caller's call was wrong, or the result cannot travel.
pub(crate) fn refuse(message: &str, result: bool) -> ! {
    with_bytes(REFUSE, message.as_bytes(), i64::from(result));
    ended()
}

/// Ends the member with an error of this type. Values on the stack are not dropped.
pub fn raise(kind: &str, message: &str) -> ! {
    with_bytes(PUSH_STRING, kind.as_bytes(), 0);
    with_bytes(RAISE, message.as_bytes(), 0);
    ended()
}

/// A line in the object's log.
pub fn log(line: &str) {
    with_bytes(LOG, line.as_bytes(), 0);
}
