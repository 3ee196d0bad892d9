//! How classes travel, and the values that have no class of Rust's library.

use std::fmt;

use crate::host::{raise, refuse};
use crate::reader::{Head, Reader};
use crate::writer::Writer;

/// A class that can be a parameter, a result, or a part of one.
pub trait Value: Sized {
    /// Whether a parameter of it may be left out.
    const OPTIONAL: bool = false;
    /// Whether it reads a named value itself; else the name is passed.
    const KEEPS_NAME: bool = false;

    /// Reads one; the member ends where the value is none.
    fn read(from: &mut Reader) -> Self;

    fn write(&self, to: &mut Writer);

    /// Reads a value that may stand in several places.
    fn resolved(from: &mut Reader) -> Self {
        from.resolve(Self::KEEPS_NAME, Self::read)
    }
}

/// Any value, as it came: a list that holds itself, an integer beyond 64 bits, a class that is not known here. It leaves again unchanged.
#[derive(Clone, Debug, PartialEq)]
pub struct Any {
    encoded: Vec<u8>,
}

impl Any {
    pub fn nothing() -> Self {
        Any { encoded: vec![0xc0] }
    }

    pub fn of<T: Value>(value: &T) -> Self {
        let mut out = Writer::new();
        value.write(&mut out);
        Any { encoded: out.into_bytes() }
    }

    pub fn encoded(bytes: Vec<u8>) -> Self {
        Any { encoded: bytes }
    }

    pub fn bytes(&self) -> &[u8] {
        &self.encoded
    }

    /// The value as a class; the member ends with ARGUMENT_INVALID where it is another.
    pub fn get<T: Value>(&self) -> T {
        self.named("the value")
    }

    pub(crate) fn named<T: Value>(&self, name: &str) -> T {
        T::resolved(&mut Reader::new(&self.encoded, name))
    }
}

impl Value for Any {
    const KEEPS_NAME: bool = true;

    fn read(from: &mut Reader) -> Self {
        if from.in_graph() {
            from.refuse("has parts that stand in two places; take all of it as amino::Any");
        }
        let begin = from.position();
        from.skip();
        Any { encoded: from.since(begin).to_vec() }
    }

    fn write(&self, to: &mut Writer) {
        to.raw(&self.encoded);
    }

    fn resolved(from: &mut Reader) -> Self {
        Self::read(from)
    }
}

/// Bytes. A `Vec<u8>` is a list of integers.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bytes(pub Vec<u8>);

impl Value for Bytes {
    fn read(from: &mut Reader) -> Self {
        match from.next() {
            Head::Bytes(size) => Bytes(from.take(size).to_vec()),
            given => from.mismatch("bytes", given),
        }
    }

    fn write(&self, to: &mut Writer) {
        to.binary(&self.0);
    }
}

/// An error whose type the caller sees. The error of a call to another object has its code, too.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    pub code: String,
    pub kind: String,
    pub message: String,
}

impl Failure {
    pub fn new(kind: &str, message: &str) -> Self {
        Failure { code: String::new(), kind: kind.to_string(), message: message.to_string() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

/// The result of a member that may fail: an error ends the member.
impl<T: Value, E: fmt::Display + 'static> Value for Result<T, E> {
    fn read(from: &mut Reader) -> Self {
        Ok(T::resolved(from))
    }

    fn write(&self, to: &mut Writer) {
        match self {
            Ok(value) => value.write(to),
            Err(error) => {
                let own = (error as &dyn std::any::Any).downcast_ref::<Failure>().map(|failure| failure.kind.as_str());
                let name = std::any::type_name::<E>();
                raise(own.unwrap_or_else(|| name.rsplit("::").next().unwrap_or(name)), &error.to_string())
            }
        }
    }
}

impl Value for () {
    fn read(from: &mut Reader) -> Self {
        from.skip();
    }

    fn write(&self, to: &mut Writer) {
        to.nothing();
    }
}

impl Value for bool {
    fn read(from: &mut Reader) -> Self {
        match from.next() {
            Head::Boolean(value) => value,
            given => from.mismatch("a boolean", given),
        }
    }

    fn write(&self, to: &mut Writer) {
        to.boolean(*self);
    }
}

macro_rules! integers {
    ($($class:ident)*) => {$(
        impl Value for $class {
            fn read(from: &mut Reader) -> Self {
                match from.next_integer() {
                    Head::Integer(value) => match Self::try_from(value) {
                        Ok(fits) => fits,
                        Err(_) => from.refuse(&format!("must be an integer that fits {}, but is {}", stringify!($class), value)),
                    },
                    Head::Extension(crate::reader::BIG_INTEGER, _) => {
                        from.refuse(concat!("must be an integer that fits ", stringify!($class), ", but is larger"))
                    }
                    given => from.mismatch("an integer", given),
                }
            }

            fn write(&self, to: &mut Writer) {
                to.integer(*self as i128);
            }
        }
    )*};
}

integers!(i8 i16 i32 i64 isize u8 u16 u32 u64 usize);

macro_rules! numbers {
    ($($class:ident)*) => {$(
        impl Value for $class {
            fn read(from: &mut Reader) -> Self {
                match from.next_integer() {
                    Head::Number(value) => value as $class,
                    Head::Integer(value) => value as $class,
                    given => from.mismatch("a number", given),
                }
            }

            fn write(&self, to: &mut Writer) {
                to.number(f64::from(*self));
            }
        }
    )*};
}

numbers!(f32 f64);

impl Value for String {
    fn read(from: &mut Reader) -> Self {
        match from.next() {
            Head::Text(size) => match std::str::from_utf8(from.take(size)) {
                Ok(text) => text.to_string(),
                Err(_) => from.refuse("must be a text in UTF-8"),
            },
            given => from.mismatch("a text", given),
        }
    }

    fn write(&self, to: &mut Writer) {
        to.text(self);
    }
}

impl Value for &str {
    fn read(_from: &mut Reader) -> Self {
        refuse("a parameter of this object is declared as &str; declare it as String", true)
    }

    fn write(&self, to: &mut Writer) {
        to.text(self);
    }
}

impl<T: Value> Value for Option<T> {
    const OPTIONAL: bool = true;
    const KEEPS_NAME: bool = true;

    fn read(from: &mut Reader) -> Self {
        if from.peek() == Head::Nothing {
            from.next();
            return None;
        }
        Some(T::resolved(from))
    }

    fn write(&self, to: &mut Writer) {
        match self {
            Some(value) => value.write(to),
            None => to.nothing(),
        }
    }

    fn resolved(from: &mut Reader) -> Self {
        Self::read(from)
    }
}
