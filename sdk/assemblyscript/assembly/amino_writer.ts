// Writes values as docs/wire.md, section 1, says.

export class AminoWriter {
  private data: StaticArray<u8> = new StaticArray<u8>(64);
  size: i32 = 0;

  /** The place of the bytes, until the next one is written. */
  get at(): usize {
    return changetype<usize>(this.data);
  }

  bytes(): ArrayBuffer {
    const copy = new ArrayBuffer(this.size);
    memory.copy(changetype<usize>(copy), this.at, this.size);
    return copy;
  }

  private ensure(size: i32): void {
    const room = this.data.length;
    if (this.size + size <= room) return;
    const larger = new StaticArray<u8>(max(2 * room, this.size + size));
    memory.copy(changetype<usize>(larger), this.at, this.size);
    this.data = larger;
  }

  raw(from: usize, size: i32): void {
    this.ensure(size);
    memory.copy(this.at + this.size, from, size);
    this.size += size;
  }

  private octet(value: u32): void {
    this.ensure(1);
    this.data[this.size++] = <u8>value;
  }

  private marked(mark: u32, value: u64, size: i32): void {
    this.octet(mark);
    for (let i = size - 1; i >= 0; i--) this.octet(<u32>((value >> (8 * i)) & 0xff));
  }

  private sized(mark: u32, size: i32): void {
    if (size <= 0xff) this.marked(mark, size, 1);
    else if (size <= 0xffff) this.marked(mark + 1, size, 2);
    else this.marked(mark + 2, size, 4);
  }

  nothing(): void {
    this.octet(0xc0);
  }

  boolean(value: bool): void {
    this.octet(value ? 0xc3 : 0xc2);
  }

  natural(value: u64): void {
    if (value < 0x80) this.octet(<u32>value);
    else if (value <= 0xff) this.marked(0xcc, value, 1);
    else if (value <= 0xffff) this.marked(0xcd, value, 2);
    else if (value <= 0xffffffff) this.marked(0xce, value, 4);
    else this.marked(0xcf, value, 8);
  }

  integer(value: i64): void {
    if (value >= 0) this.natural(<u64>value);
    else if (value >= -32) this.octet(<u32>(value & 0xff));
    else if (value >= i8.MIN_VALUE) this.marked(0xd0, <u64>value, 1);
    else if (value >= i16.MIN_VALUE) this.marked(0xd1, <u64>value, 2);
    else if (value >= i32.MIN_VALUE) this.marked(0xd2, <u64>value, 4);
    else this.marked(0xd3, <u64>value, 8);
  }

  number(value: f64): void {
    this.marked(0xcb, reinterpret<u64>(value), 8);
  }

  text(value: string): void {
    const utf8 = String.UTF8.encode(value);
    if (utf8.byteLength < 32) this.octet(0xa0 | utf8.byteLength);
    else this.sized(0xd9, utf8.byteLength);
    this.raw(changetype<usize>(utf8), utf8.byteLength);
  }

  binary(from: usize, size: i32): void {
    this.sized(0xc4, size);
    this.raw(from, size);
  }

  list(length: i32): void {
    if (length < 16) this.octet(0x90 | length);
    else if (length <= 0xffff) this.marked(0xdc, length, 2);
    else this.marked(0xdd, length, 4);
  }

  map(length: i32): void {
    if (length < 16) this.octet(0x80 | length);
    else if (length <= 0xffff) this.marked(0xde, length, 2);
    else this.marked(0xdf, length, 4);
  }

  extension(type: i32, payload: AminoWriter): void {
    this.sized(0xc7, payload.size);
    this.octet(type & 0xff);
    this.raw(payload.at, payload.size);
  }
}
