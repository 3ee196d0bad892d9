//! The functions behind the exports that `object!` makes.

use std::cell::{Cell, UnsafeCell};
use std::panic;

use crate::host::raise;
use crate::reader::{Head, Reader};
use crate::value::{Any, Value};

const HEADER: usize = 16;

/// A value that the single thread of an object shares.
pub struct Shared<T>(UnsafeCell<T>);

unsafe impl<T> Sync for Shared<T> {}

static REPLIES: Shared<Vec<Vec<u8>>> = Shared(UnsafeCell::new(Vec::new()));
static PREPARED: Shared<bool> = Shared(UnsafeCell::new(false));

/// Memory for an argument, with its size in front of it.
pub fn allocate(size: u64) -> u64 {
    let block = vec![0u64; (size as usize + HEADER + 7) / 8].into_boxed_slice();
    let length = block.len() as u64;
    let at = Box::into_raw(block) as *mut u64;
    unsafe { at.write(length) };
    (at as usize + HEADER) as u64
}

/// Gives the memory back.
pub fn release(address: u64) {
    let at = (address as usize - HEADER) as *mut u64;
    unsafe {
        let length = at.read() as usize;
        drop(Box::from_raw(std::ptr::slice_from_raw_parts_mut(at, length)));
    }
}

/// The answers of the call are not needed any more.
pub fn end_call() {
    unsafe { (*REPLIES.0.get()).clear() };
}

/// A panic ends the member with its message.
pub fn prepare() {
    let prepared = unsafe { &mut *PREPARED.0.get() };
    if !*prepared {
        *prepared = true;
        panic::set_hook(Box::new(|facts| raise("Panic", &facts.to_string())));
    }
}

fn keep(bytes: Vec<u8>) -> *const u8 {
    let replies = unsafe { &mut *REPLIES.0.get() };
    replies.push(bytes);
    replies[replies.len() - 1].as_ptr()
}

/// Bytes behind their number, until the call ends.
pub fn sized(content: &[u8]) -> *const u8 {
    let mut bytes = Vec::with_capacity(content.len() + 8);
    bytes.extend_from_slice(&(content.len() as u64).to_le_bytes());
    bytes.extend_from_slice(content);
    keep(bytes)
}

/// A result as the answer of a member.
pub fn reply<T: Value>(result: &T) -> *const u8 {
    sized(Any::of(result).bytes())
}

fn text(content: &str) -> *const u8 {
    let mut bytes = content.replace('\0', " ").into_bytes();
    bytes.push(0);
    keep(bytes)
}

fn joined(doc: &[&str]) -> String {
    doc.iter().map(|line| line.trim()).collect::<Vec<_>>().join("\n")
}

/// The description of a member, as docs/webassembly.md says.
pub fn describe(flags: &str, parameters: &[(&str, bool)], doc: &[&str]) -> *const u8 {
    prepare();
    let required = parameters.iter().rposition(|(_, optional)| !optional).map_or(0, |last| last + 1);
    let names: Vec<String> = parameters.iter().enumerate().map(|(i, (name, _))| format!("{}{}", name, if i < required { "" } else { "?" })).collect();
    text(&format!("packed {}\n({})\n{}", flags, names.join(", "), joined(doc)))
}

/// The name and the documentation of the class.
pub fn class(name: &str, doc: &[&str]) -> *const u8 {
    prepare();
    text(&format!("{}\n{}", name, joined(doc)))
}

/// The bytes behind an address, which begin with their number.
///
/// # Safety
/// The runtime gave the address.
pub unsafe fn content<'a>(address: *const u8) -> &'a [u8] {
    let size = (address as *const u64).read_unaligned() as usize;
    std::slice::from_raw_parts(address.add(8), size)
}

/// The arguments of a call: a list of values. Those that were left out are nothing.
pub struct Arguments<'a> {
    reader: Reader<'a>,
    member: &'static str,
    left: usize,
}

impl<'a> Arguments<'a> {
    pub fn new(packed: &'a [u8], member: &'static str) -> Self {
        let mut reader = Reader::new(packed, member);
        let left = match reader.next() {
            Head::List(count) => count,
            given => reader.mismatch("called with a list", given),
        };
        Arguments { reader, member, left }
    }

    pub fn take<T: Value>(&mut self, name: &str) -> T {
        let shown = format!("argument {} of {}", name, self.member);
        if self.left == 0 {
            return T::resolved(&mut Reader::new(&[0xc0], &shown));
        }
        self.left -= 1;
        self.reader.rename(shown);
        T::resolved(&mut self.reader)
    }
}

/// The object, and whether a member that waits for another object uses it.
pub struct Instance<T> {
    object: UnsafeCell<Option<T>>,
    readers: Cell<i32>,
}

unsafe impl<T> Sync for Instance<T> {}

const CHANGED: i32 = -1;

impl<T> Instance<T> {
    #[allow(clippy::new_without_default)]
    pub const fn new() -> Self {
        Instance { object: UnsafeCell::new(None), readers: Cell::new(0) }
    }

    pub fn put(&self, object: T) {
        unsafe { *self.object.get() = Some(object) };
    }

    fn whole(&self) -> &mut T {
        match unsafe { &mut *self.object.get() } {
            Some(object) => object,
            None => raise("NotMade", "the object was not made"),
        }
    }

    /// No call is under way any more, also where one was ended by an error.
    pub fn rest(&self) {
        self.readers.set(0);
    }

    /// Runs a member that changes nothing.
    pub fn read<R>(&self, member: &str, run: impl FnOnce(&T) -> R) -> R {
        if self.readers.get() == CHANGED {
            raise("Busy", &format!("{} cannot run: a member that changes the object waits for another object", member));
        }
        self.readers.set(self.readers.get() + 1);
        let result = run(self.whole());
        self.readers.set(self.readers.get() - 1);
        result
    }

    /// Runs a member that may change the object.
    pub fn change<R>(&self, member: &str, run: impl FnOnce(&mut T) -> R) -> R {
        if self.readers.get() != 0 {
            raise("Busy", &format!("{} cannot run: a member of the object waits for another object", member));
        }
        self.readers.set(CHANGED);
        let result = run(self.whole());
        self.readers.set(0);
        result
    }
}
