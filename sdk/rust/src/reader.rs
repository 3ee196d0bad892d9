//! Takes values apart as docs/wire.md, section 1, writes them.

use crate::host::refuse;

pub(crate) const BIG_INTEGER: i8 = 1;
pub(crate) const SET: i8 = 2;
pub(crate) const REFERENCE: i8 = 4;
const GRAPH: i8 = 6;
const BACK_REFERENCE: i8 = 7;
pub(crate) const NAMED: i8 = 9;

/// The beginning of an item.
#[derive(Clone, Copy, PartialEq)]
pub enum Head {
    Nothing,
    Boolean(bool),
    /// As wide as both kinds of 64 bits.
    Integer(i128),
    Number(f64),
    Text(usize),
    Bytes(usize),
    List(usize),
    Map(usize),
    Extension(i8, usize),
}

impl Head {
    fn name(self) -> &'static str {
        match self {
            Head::Nothing => "nothing",
            Head::Boolean(_) => "a boolean",
            Head::Integer(_) => "an integer",
            Head::Number(_) => "a number",
            Head::Text(_) => "a text",
            Head::Bytes(_) => "bytes",
            Head::List(_) => "a list",
            Head::Map(_) => "a map",
            Head::Extension(..) => "another value",
        }
    }
}

/// Reads the items of a value, one after the other. Its name stands in messages.
pub struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    name: String,
    nodes: Vec<usize>,
    depth: usize,
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8], name: &str) -> Self {
        Reader { bytes, at: 0, name: name.to_string(), nodes: Vec::new(), depth: 0 }
    }

    pub fn rename(&mut self, name: String) {
        self.name = name;
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// The member ends: the value is none of the kind that is wanted.
    pub fn mismatch(&self, wanted: &str, given: Head) -> ! {
        self.refuse(&format!("must be {}, but is {}", wanted, given.name()))
    }

    pub fn refuse(&self, what: &str) -> ! {
        refuse(&format!("{} {}", self.name, what), false)
    }

    pub(crate) fn in_graph(&self) -> bool {
        !self.nodes.is_empty()
    }

    pub(crate) fn position(&self) -> usize {
        self.at
    }

    pub(crate) fn since(&self, from: usize) -> &'a [u8] {
        &self.bytes[from..self.at]
    }

    pub fn peek(&mut self) -> Head {
        let before = self.at;
        let head = self.next();
        self.at = before;
        head
    }

    /// The content of a text, of bytes or of an extension.
    pub fn take(&mut self, size: usize) -> &'a [u8] {
        if size > self.bytes.len() - self.at {
            self.refuse("is cut off");
        }
        let content = &self.bytes[self.at..self.at + size];
        self.at += size;
        content
    }

    fn unsigned(&mut self, size: usize) -> u64 {
        self.take(size).iter().fold(0, |value, &each| value << 8 | u64::from(each))
    }

    fn size(&mut self, size: usize) -> usize {
        self.unsigned(size) as usize
    }

    fn extension(&mut self, size: usize) -> Head {
        Head::Extension(self.unsigned(1) as u8 as i8, size)
    }

    /// Reads the beginning of the next item.
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> Head {
        let first = self.unsigned(1) as u8;
        match first {
            0x00..=0x7f => Head::Integer(i128::from(first)),
            0x80..=0x8f => Head::Map(usize::from(first & 0x0f)),
            0x90..=0x9f => Head::List(usize::from(first & 0x0f)),
            0xa0..=0xbf => Head::Text(usize::from(first & 0x1f)),
            0xc0 => Head::Nothing,
            0xc2 | 0xc3 => Head::Boolean(first == 0xc3),
            0xc4..=0xc6 => Head::Bytes(self.size(1 << (first - 0xc4))),
            0xc7..=0xc9 => {
                let size = self.size(1 << (first - 0xc7));
                self.extension(size)
            }
            0xca => Head::Number(f64::from(f32::from_bits(self.unsigned(4) as u32))),
            0xcb => Head::Number(f64::from_bits(self.unsigned(8))),
            0xcc..=0xcf => Head::Integer(i128::from(self.unsigned(1 << (first - 0xcc)))),
            0xd0 => Head::Integer(i128::from(self.unsigned(1) as u8 as i8)),
            0xd1 => Head::Integer(i128::from(self.unsigned(2) as u16 as i16)),
            0xd2 => Head::Integer(i128::from(self.unsigned(4) as u32 as i32)),
            0xd3 => Head::Integer(i128::from(self.unsigned(8) as i64)),
            0xd4..=0xd8 => self.extension(1 << (first - 0xd4)),
            0xd9..=0xdb => Head::Text(self.size(1 << (first - 0xd9))),
            0xdc => Head::List(self.size(2)),
            0xdd => Head::List(self.size(4)),
            0xde => Head::Map(self.size(2)),
            0xdf => Head::Map(self.size(4)),
            0xe0..=0xff => Head::Integer(i128::from(first as i8)),
            0xc1 => self.refuse("is no value"),
        }
    }

    /// The same; an integer beyond 64 bits becomes an integer if 128 bits can hold it.
    pub fn next_integer(&mut self) -> Head {
        match self.next() {
            Head::Extension(BIG_INTEGER, size) if size <= 16 => {
                let content = self.take(size);
                let sign = if content.first().map_or(false, |first| first & 0x80 != 0) { -1 } else { 0 };
                Head::Integer(content.iter().fold(sign, |value, &each| value << 8 | i128::from(each)))
            }
            other => other,
        }
    }

    /// The number of fields of a value of this class, or of a map of them.
    pub fn fields(&mut self, class: &str) -> usize {
        let mut head = self.next();
        if let Head::Extension(NAMED, _) = head {
            self.next();
            self.skip();
            head = self.next();
        }
        match head {
            Head::Map(count) => count,
            given => self.mismatch(class, given),
        }
    }

    /// Passes the next item with all that it holds.
    pub fn skip(&mut self) {
        let mut left = 1usize;
        while left > 0 {
            left -= 1;
            match self.next() {
                Head::List(count) => left += count,
                Head::Map(count) => left += 2 * count,
                Head::Text(size) | Head::Bytes(size) | Head::Extension(_, size) => {
                    self.take(size);
                }
                _ => {}
            }
        }
    }

    /// Reads a value. A part with several places is read anew for each of them, and a name is passed unless it is wanted.
    pub(crate) fn resolve<T>(&mut self, keeps_name: bool, read: fn(&mut Self) -> T) -> T {
        let (kind, size) = match self.peek() {
            Head::Extension(kind, size) if kind == GRAPH || kind == BACK_REFERENCE || (kind == NAMED && !keeps_name) => (kind, size),
            _ => return read(self),
        };
        self.next();
        let after = self.at + size;
        self.depth += 1;
        if self.depth > 200 {
            self.refuse("holds itself");
        }
        let value = match kind {
            NAMED => {
                self.next();
                self.skip();
                self.resolve(keeps_name, read)
            }
            GRAPH => self.graph(keeps_name, read),
            _ => {
                let node = match self.next() {
                    Head::Integer(index) => self.nodes.get(index as usize).copied(),
                    _ => None,
                };
                self.at = node.unwrap_or_else(|| self.refuse("refers to what is not there"));
                self.resolve(keeps_name, read)
            }
        };
        self.depth -= 1;
        self.at = after;
        value
    }

    fn graph<T>(&mut self, keeps_name: bool, read: fn(&mut Self) -> T) -> T {
        let before = std::mem::take(&mut self.nodes);
        let count = match self.next() {
            Head::List(count) if count > 0 => count,
            given => self.mismatch("a graph", given),
        };
        for _ in 0..count {
            self.nodes.push(self.at);
            self.skip();
        }
        self.at = self.nodes[0];
        let value = self.resolve(keeps_name, read);
        self.nodes = before;
        value
    }
}
