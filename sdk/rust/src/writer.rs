//! Writes values as docs/wire.md, section 1, says.

/// Writes the items of a value, one after the other.
#[derive(Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub fn new() -> Self {
        Writer::default()
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    pub fn nothing(&mut self) {
        self.bytes.push(0xc0);
    }

    pub fn boolean(&mut self, value: bool) {
        self.bytes.push(if value { 0xc3 } else { 0xc2 });
    }

    /// An integer of at most 64 bits, with or without a sign.
    pub fn integer(&mut self, value: i128) {
        let bits = value as u64;
        match value {
            0..=0x7f | -32..=-1 => self.bytes.push(value as u8),
            0x80..=0xff => self.marked(0xcc, bits, 1),
            0x100..=0xffff => self.marked(0xcd, bits, 2),
            0x1_0000..=0xffff_ffff => self.marked(0xce, bits, 4),
            -0x80..=-33 => self.marked(0xd0, bits, 1),
            -0x8000..=-0x81 => self.marked(0xd1, bits, 2),
            -0x8000_0000..=-0x8001 => self.marked(0xd2, bits, 4),
            _ => self.marked(if value < 0 { 0xd3 } else { 0xcf }, bits, 8),
        }
    }

    pub fn number(&mut self, value: f64) {
        self.marked(0xcb, value.to_bits(), 8);
    }

    pub fn text(&mut self, value: &str) {
        if value.len() < 32 {
            self.bytes.push(0xa0 | value.len() as u8);
        } else {
            self.sized(0xd9, value.len());
        }
        self.raw(value.as_bytes());
    }

    pub fn binary(&mut self, value: &[u8]) {
        self.sized(0xc4, value.len());
        self.raw(value);
    }

    pub fn list(&mut self, length: usize) {
        self.counted(0x90, 0xdc, length);
    }

    pub fn map(&mut self, length: usize) {
        self.counted(0x80, 0xde, length);
    }

    pub fn extension(&mut self, kind: i8, payload: Writer) {
        self.sized(0xc7, payload.bytes.len());
        self.bytes.push(kind as u8);
        self.raw(&payload.bytes);
    }

    pub fn raw(&mut self, encoded: &[u8]) {
        self.bytes.extend_from_slice(encoded);
    }

    fn marked(&mut self, mark: u8, bits: u64, size: usize) {
        self.bytes.push(mark);
        self.bytes.extend_from_slice(&bits.to_be_bytes()[8 - size..]);
    }

    fn counted(&mut self, short: u8, mark: u8, length: usize) {
        if length < 16 {
            self.bytes.push(short | length as u8);
        } else if length <= 0xffff {
            self.marked(mark, length as u64, 2);
        } else {
            self.marked(mark + 1, length as u64, 4);
        }
    }

    fn sized(&mut self, mark: u8, size: usize) {
        if size <= 0xff {
            self.marked(mark, size as u64, 1);
        } else if size <= 0xffff {
            self.marked(mark + 1, size as u64, 2);
        } else {
            self.marked(mark + 2, size as u64, 4);
        }
    }
}
