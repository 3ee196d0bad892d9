// The bytes of a state's graph (docs/bridge.md, `snapshot`): numbers of one byte or more, doubles, texts by their place
// in a table.
(function (host, amino) {
  'use strict';
  const { PrivateMap, charCodeAt, fill, part, setDouble, getDouble, bufferOf } = amino.builtins;
  const { ArrayBuffer, DataView, Uint8Array } = globalThis;
  const { fromCharCode } = String;
  const { apply } = Reflect;
  const { floor } = Math;
  const PIECE = 4096;

  /** Bytes that grow at their end. */
  class Output {
    constructor() {
      this.bytes = new Uint8Array(256);
      this.view = new DataView(bufferOf(this.bytes));
      this.at = 0;
    }

    need(size) {
      if (this.at + size <= this.bytes.length) return;
      const larger = new Uint8Array(this.at + size > 2 * this.bytes.length ? this.at + size : 2 * this.bytes.length);
      fill(larger, this.bytes);
      this.bytes = larger;
      this.view = new DataView(bufferOf(larger));
    }

    byte(value) {
      if (this.at === this.bytes.length) this.need(1);
      this.bytes[this.at++] = value;
    }

    /** A number from 0 to 2^53, seven bits in each byte, the lowest first. */
    count(value) {
      this.need(8);
      let rest = value;
      while (rest > 127) {
        this.bytes[this.at++] = rest % 128 + 128;
        rest = rest < 0x40000000 ? rest >> 7 : floor(rest / 128);
      }
      this.bytes[this.at++] = rest;
    }

    double(value) {
      this.need(8);
      setDouble(this.view, this.at, value);
      this.at += 8;
    }

    raw(bytes) {
      this.need(bytes.length);
      fill(this.bytes, bytes, this.at);
      this.at += bytes.length;
    }

    /** Another output's bytes, with their number before them. */
    section(other) {
      this.count(other.at);
      this.raw(part(other.bytes, 0, other.at));
    }
  }

  /**
   * Each text once, in a section of its own: its length twice, one more where units have two bytes, then the units of
   * UTF-16.
   */
  class Texts {
    constructor() {
      this.places = new PrivateMap();
      this.out = new Output();
    }

    place(text) {
      const known = this.places.get(text);
      if (known !== undefined) return known;
      const place = this.places.size;
      this.places.set(text, place);
      this.write(text);
      return place;
    }

    write(text) {
      const { length } = text;
      const out = this.out;
      out.need(2 * length + 8);
      const before = out.at;
      out.count(2 * length);
      for (let i = 0; i < length; i++) {
        const unit = charCodeAt(text, i);
        if (unit > 255) {
          out.at = before;
          this.writeWide(text);
          return;
        }
        out.bytes[out.at++] = unit;
      }
    }

    writeWide(text) {
      const out = this.out;
      out.count(2 * text.length + 1);
      for (let i = 0; i < text.length; i++) {
        const unit = charCodeAt(text, i);
        out.bytes[out.at++] = unit >> 8;
        out.bytes[out.at++] = unit & 255;
      }
    }
  }

  /** Reads what an {@link Output} wrote; it ends with an error where the bytes do. */
  class Input {
    constructor(bytes) {
      this.bytes = bytes;
      this.view = new DataView(bufferOf(bytes), 0);
      this.at = 0;
      this.end = bytes.length;
    }

    byte() {
      if (this.at >= this.end) {
        throw amino.invalid('a state ends in the midst of its graph; the checkpoint that it came from is damaged');
      }
      return this.bytes[this.at++];
    }

    count() {
      let value = 0;
      let scale = 1;
      let next = this.byte();
      while (next > 127) {
        value += (next - 128) * scale;
        scale *= 128;
        next = this.byte();
      }
      return value + next * scale;
    }

    double() {
      const value = getDouble(this.view, this.at);
      this.at += 8;
      return value;
    }

    raw(size) {
      this.at += size;
      return part(this.bytes, this.at - size, this.at);
    }

    /** Where a section begins; the input goes on behind it. */
    section() {
      const inner = new Input(this.bytes);
      const size = this.count();
      inner.at = this.at;
      this.at += size;
      return inner;
    }

    text() {
      const header = this.count();
      const wide = header % 2 === 1;
      let left = floor(header / 2);
      let text = '';
      while (left > 0) {
        const units = [];
        const size = left > PIECE ? PIECE : left;
        for (let i = 0; i < size; i++) units[i] = wide ? this.byte() * 256 + this.byte() : this.byte();
        text += apply(fromCharCode, undefined, units);
        left -= size;
      }
      return text;
    }
  }

  amino.graph = { Output, Texts, Input };
})
