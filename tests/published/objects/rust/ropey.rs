// ropey: a text as a tree whose nodes are shared by its copies; the copies, and edits on both sides of them, go on after a move.
use std::fmt::Write;

use ropey::{Rope, RopeBuilder};

pub struct Main {
    text: Rope,
    kept: Vec<Rope>,
    builder: RopeBuilder,
}

fn hashed(text: &Rope) -> u64 {
    text.bytes().fold(0xcbf29ce484222325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100000001b3))
}

fn shape(text: &Rope) -> String {
    text.assert_integrity();
    text.assert_invariants();
    let sizes = (text.len_bytes(), text.len_chars(), text.len_lines(), text.len_utf16_cu());
    format!("{:?} {:016x}", sizes, hashed(text))
}

amino::object! {
    impl Main {
        pub fn new() -> Self {
            Main { text: Rope::new(), kept: Vec::new(), builder: RopeBuilder::new() }
        }

        pub fn begin(&mut self) -> String {
            for number in 0..2000 {
                self.builder.append(&format!("{} zażółć gęślą jaźń 🦀{}", number, ["\n", "\r\n", "\u{2028}", " "][number % 4]));
            }
            self.text = self.builder.clone().finish();
            self.kept.push(self.text.clone());
            let mut out = shape(&self.text);
            let middle = self.text.len_chars() / 2;
            self.text.insert(middle, &"inserted\n".repeat(300));
            self.text.remove(100..2500);
            let tail = self.text.split_off(20_000);
            self.kept.push(tail);
            let line = self.text.char_to_line(9_000);
            write!(out, " {} {} {:?}", line, self.text.line_to_char(line), self.text.line(line).to_string()).unwrap();
            write!(out, " {:?} {:?}", self.text.get_slice(5..9).map(String::from), self.text.try_insert(10_000_000, "x").map_err(|error| error.to_string())).unwrap();
            write!(out, " {} {}", shape(&self.text), self.text.slice(..1_000) == self.kept[0].slice(..1_000)).unwrap();
            out
        }

        pub fn go_on(&mut self) -> String {
            let round = self.kept.len();
            self.builder.append("later ");
            self.kept.push(self.text.clone());
            let at = self.text.line_to_char(round * 7);
            self.text.insert(at, &format!("round {} é\n", round));
            self.text.remove(at + 50..at + 90);
            let other = self.kept[1].clone();
            self.text.append(other);
            let same = self.kept[round].is_instance(&self.kept[round].clone());
            let built = self.builder.clone().finish();
            let all: Vec<_> = self.kept.iter().map(shape).collect();
            format!("{} {} {:?} {} {}", shape(&self.text), same, self.text.slice(at..at + 20).to_string(), shape(&built), all.join(" "))
        }
    }
}
