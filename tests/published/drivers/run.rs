// Calls members of an object in Rust, and prints their results as JSON, one a line.
include!(env!("OBJECT"));

fn print(text: &str) {
    let mut line = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => line.extend(['\\', letter]),
            '\0'..='\x1f' => line.push_str(&format!("\\u{:04x}", letter as u32)),
            _ => line.push(letter),
        }
    }
    println!("{}\"", line);
}

fn main() {
    let mut object = Main::new();
    for name in std::env::args().skip(1) {
        print(&if name == "begin" { object.begin() } else { object.go_on() });
    }
}
