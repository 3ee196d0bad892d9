//! Other objects.

use crate::host::{self, host, with_bytes};
use crate::reader::{Head, Reader, REFERENCE};
use crate::value::{Any, Failure, Value};
use crate::writer::Writer;

/// Another object. It may be kept in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Object {
    handle: i32,
}

impl Object {
    /// Calls a member with a tuple of arguments and waits: `other.call("incr", (5,))`. An error of the callee ends the calling member.
    pub fn call<R: Value, A: Value>(&self, member: &str, arguments: A) -> R {
        match self.send(member, arguments) {
            true => answer(member),
            false => {
                host(host::RETHROW, 0, 0, 0);
                unreachable!("the runtime ends the member")
            }
        }
    }

    /// The same, but gives the error of the callee.
    pub fn try_call<R: Value, A: Value>(&self, member: &str, arguments: A) -> Result<R, Failure> {
        match self.send(member, arguments) {
            true => Ok(answer(member)),
            false => Err(Failure { code: host::error(0), kind: host::error(1), message: host::error(2) }),
        }
    }

    fn send<A: Value>(&self, member: &str, arguments: A) -> bool {
        let list = Any::of(&arguments);
        let mut each = Reader::new(list.bytes(), "the arguments");
        if let Head::List(count) = each.next() {
            for _ in 0..count {
                let begin = each.position();
                each.skip();
                with_bytes(host::PUSH_VALUE, each.since(begin), 0);
            }
        }
        host(host::CALL, i64::from(self.handle), member.as_ptr() as usize as i64, member.len() as i64) >= 0
    }
}

fn answer<R: Value>(member: &str) -> R {
    let encoded = host::taken(host(host::RESULT_VALUE, 0, 0, 0));
    Any::encoded(encoded).named(&format!("the answer of {}", member))
}

/// The object registered under a name. When there is none, the member ends with that error.
pub fn get(name: &str) -> Object {
    Object { handle: with_bytes(host::GET, name.as_bytes(), 0) as i32 }
}

/// The object whose member runs now.
pub fn me() -> Object {
    Object { handle: host(host::ME, 0, 0, 0) as i32 }
}

impl Value for Object {
    fn read(from: &mut Reader) -> Self {
        let begin = from.position();
        match from.next() {
            Head::Extension(REFERENCE, size) => {
                from.take(size);
                Object { handle: with_bytes(host::OBJECT_OF, from.since(begin), 0) as i32 }
            }
            given => from.mismatch("an object", given),
        }
    }

    fn write(&self, to: &mut Writer) {
        to.raw(&host::taken(host(host::REFERENCE_OF, i64::from(self.handle), 0, 0)));
    }
}
