// Takes values apart as docs/wire.md, section 1, writes them.
import { aminoRefuse } from "./amino_host";

export namespace Kind {
  export const NOTHING: i32 = 0;
  export const BOOLEAN: i32 = 1;
  export const INTEGER: i32 = 2;
  export const NUMBER: i32 = 3;
  export const TEXT: i32 = 4;
  export const BYTES: i32 = 5;
  export const LIST: i32 = 6;
  export const MAP: i32 = 7;
  export const EXTENSION: i32 = 8;
}

export namespace Extension {
  export const BIG_INTEGER: i32 = 1;
  export const SET: i32 = 2;
  export const REFERENCE: i32 = 4;
  export const GRAPH: i32 = 6;
  export const BACK_REFERENCE: i32 = 7;
  export const NAMED: i32 = 9;
}

const NAMES: string[] = ["nothing", "a boolean", "an integer", "a number", "a text", "bytes", "a list", "a map", "another value"];

/** Reads the items of a value, one after the other; its fields tell about the last one. Its name stands in messages. */
export class AminoReader {
  kind: i32 = 0;
  /** The value of an integer, the bits of a number, the size of a text, the length of a list. */
  number: u64 = 0;
  /** Of an extension. */
  type: i32 = 0;
  /** An integer from 2^63 on, whose bits the number holds. */
  beyond: bool = false;
  nodes: usize[] = [];
  depth: i32 = 0;

  constructor(public at: usize, public end: usize, public name: string) {}

  refuse(what: string): void {
    aminoRefuse(this.name + " " + what);
  }

  mismatch(wanted: string): void {
    this.refuse("must be " + wanted + ", but is " + NAMES[this.kind]);
  }

  private unsigned(size: i32): u64 {
    let value: u64 = 0;
    if (this.at + size > this.end) this.refuse("is cut off");
    for (let i = 0; i < size; i++) value = (value << 8) | load<u8>(this.at++);
    return value;
  }

  /** The place of the content of a text, of bytes or of an extension, which is passed. */
  take(): usize {
    const from = this.at;
    if (this.number > <u64>(this.end - this.at)) this.refuse("is cut off");
    this.at += <usize>this.number;
    return from;
  }

  private set(kind: i32, number: u64): void {
    this.kind = kind;
    this.number = number;
  }

  private extension(size: u64): void {
    this.type = <i32>(<i8>this.unsigned(1));
    this.set(Kind.EXTENSION, size);
  }

  /** Reads the beginning of the next item. */
  next(): void {
    const first = <u32>this.unsigned(1);
    this.beyond = false;
    if (first < 0x80) this.set(Kind.INTEGER, first);
    else if (first >= 0xe0) this.set(Kind.INTEGER, <u64>(<i64>(<i8>first)));
    else if (first < 0x90) this.set(Kind.MAP, first & 0x0f);
    else if (first < 0xa0) this.set(Kind.LIST, first & 0x0f);
    else if (first < 0xc0) this.set(Kind.TEXT, first & 0x1f);
    else this.marked(first);
  }

  private marked(first: u32): void {
    if (first == 0xc0) this.set(Kind.NOTHING, 0);
    else if (first == 0xc1) this.refuse("is no value");
    else if (first <= 0xc3) this.set(Kind.BOOLEAN, first - 0xc2);
    else if (first <= 0xc6) this.set(Kind.BYTES, this.unsigned(1 << (first - 0xc4)));
    else if (first <= 0xc9) this.extension(this.unsigned(1 << (first - 0xc7)));
    else if (first == 0xca) this.set(Kind.NUMBER, reinterpret<u64>(<f64>reinterpret<f32>(<u32>this.unsigned(4))));
    else if (first == 0xcb) this.set(Kind.NUMBER, this.unsigned(8));
    else if (first <= 0xcf) {
      this.set(Kind.INTEGER, this.unsigned(1 << (first - 0xcc)));
      this.beyond = first == 0xcf && this.number >> 63 != 0;
    } else if (first == 0xd0) this.set(Kind.INTEGER, <u64>(<i64>(<i8>this.unsigned(1))));
    else if (first == 0xd1) this.set(Kind.INTEGER, <u64>(<i64>(<i16>this.unsigned(2))));
    else if (first == 0xd2) this.set(Kind.INTEGER, <u64>(<i64>(<i32>this.unsigned(4))));
    else if (first == 0xd3) this.set(Kind.INTEGER, this.unsigned(8));
    else if (first <= 0xd8) this.extension(1 << (first - 0xd4));
    else if (first <= 0xdb) this.set(Kind.TEXT, this.unsigned(1 << (first - 0xd9)));
    else if (first <= 0xdd) this.set(Kind.LIST, this.unsigned(first == 0xdc ? 2 : 4));
    else this.set(Kind.MAP, this.unsigned(first == 0xde ? 2 : 4));
  }

  /** The same; an integer beyond 64 bits with a sign becomes an integer if 64 bits can hold it. */
  nextInteger(): void {
    this.next();
    if (this.kind != Kind.EXTENSION || this.type != Extension.BIG_INTEGER) return;
    const size = <i32>this.number;
    const from = this.take();
    const negative = size > 0 && (load<u8>(from) & 0x80) != 0;
    const beyond = size == 9 && load<u8>(from) == 0 && (load<u8>(from + 1) & 0x80) != 0;
    if (size > 8 && !beyond) return;
    let number: u64 = negative ? ~(<u64>0) : 0;
    for (let i = 0; i < size; i++) number = (number << 8) | load<u8>(from + i);
    this.set(Kind.INTEGER, number);
    this.beyond = beyond;
  }

  /** Passes the next item with all that it holds. */
  skip(): void {
    for (let left: u64 = 1; left > 0; left--) {
      this.next();
      if (this.kind == Kind.LIST) left += this.number;
      else if (this.kind == Kind.MAP) left += 2 * this.number;
      else if (this.kind == Kind.TEXT || this.kind == Kind.BYTES || this.kind == Kind.EXTENSION) this.take();
    }
  }

  /** The beginnings of the parts of a graph. */
  graph(): usize[] {
    const found: usize[] = [];
    this.next();
    for (let left = this.number; left > 0; left--) {
      found.push(this.at);
      this.skip();
    }
    if (found.length == 0) this.refuse("is cut off");
    return found;
  }

  text(): string {
    this.next();
    if (this.kind != Kind.TEXT) this.mismatch("a text");
    const size = <usize>this.number;
    return String.UTF8.decodeUnsafe(this.take(), size);
  }
}
