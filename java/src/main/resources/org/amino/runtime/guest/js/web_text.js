// TextEncoder, TextDecoder, atob, btoa and DOMException, as browsers and Node have them. What an object of these classes
// holds stands in an ordinary property, so that it is part of a state.
(function (host, amino) {
  'use strict';
  const { Encoder, Decoder } = { Encoder: globalThis.TextEncoder, Decoder: globalThis.TextDecoder };
  const { Error, Object, String, TypeError, Uint8Array } = globalThis;
  const { defineProperty } = Object;
  const STATE = Symbol.for('amino.state');
  const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const CODES = {
    __proto__: null,
    IndexSizeError: 1,
    NotFoundError: 8,
    NotSupportedError: 9,
    InvalidStateError: 11,
    SyntaxError: 12,
    InvalidAccessError: 15,
    TypeMismatchError: 17,
    NetworkError: 19,
    AbortError: 20,
    QuotaExceededError: 22,
    TimeoutError: 23,
    InvalidCharacterError: 5,
    DataCloneError: 25,
  };

  /** Gives an object what it holds. */
  function keep(object, state) {
    defineProperty(object, STATE, {
      __proto__: null,
      value: state,
      writable: true,
      enumerable: false,
      configurable: false,
    });
  }

  /** What an object holds; raises where it is no object of that class. */
  function held(object, cls) {
    if (!(object instanceof cls) || object[STATE] === undefined) throw new TypeError(`this is no ${cls.name}`);
    return object[STATE];
  }

  /** Puts a name on `globalThis`. */
  function offer(name, value) {
    defineProperty(globalThis, name, { __proto__: null, value, writable: true, enumerable: false, configurable: true });
  }

  function tag(cls, text = cls.name) {
    defineProperty(cls.prototype, Symbol.toStringTag, { __proto__: null, value: text, configurable: true });
  }

  class DOMException extends Error {
    constructor(message = '', name = 'Error') {
      super(message);
      defineProperty(this, 'name', { __proto__: null, value: String(name), configurable: true, writable: true });
      defineProperty(this, 'code', { __proto__: null, value: CODES[name] ?? 0, configurable: true, writable: true });
    }
  }

  class TextEncoder {
    get encoding() {
      return 'utf-8';
    }

    encode(text = '') {
      return new Encoder().encode(`${text}`);
    }

    encodeInto(text, bytes) {
      return new Encoder().encodeInto(`${text}`, bytes);
    }
  }

  /** Between two parts of a stream it holds a decoder of the engine, which no state takes; at other times its options. */
  class TextDecoder {
    constructor(label = 'utf-8', options = {}) {
      const { encoding, fatal, ignoreBOM } = new Decoder(label, options);
      keep(this, { encoding, fatal, ignoreBOM, stream: null });
    }

    get encoding() {
      return held(this, TextDecoder).encoding;
    }

    get fatal() {
      return held(this, TextDecoder).fatal;
    }

    get ignoreBOM() {
      return held(this, TextDecoder).ignoreBOM;
    }

    decode(bytes = new Uint8Array(0), options = {}) {
      const state = held(this, TextDecoder);
      const { encoding, fatal, ignoreBOM } = state;
      const decoder = state.stream ?? new Decoder(encoding, { fatal, ignoreBOM });
      const stream = Boolean(options?.stream);
      state.stream = null;
      const text = decoder.decode(bytes, { stream });
      if (stream) state.stream = decoder;
      return text;
    }
  }

  function btoa(text) {
    const units = `${text}`;
    let out = '';
    for (let i = 0; i < units.length; i += 3) {
      const parts = [units.charCodeAt(i), units.charCodeAt(i + 1), units.charCodeAt(i + 2)];
      if (parts.some((unit) => unit > 255)) {
        throw new DOMException(
          'the text has a character beyond U+00FF, which btoa cannot take',
          'InvalidCharacterError',
        );
      }
      const bits = (parts[0] << 16) | (parts[1] << 8) | parts[2];
      const left = units.length - i;
      out += LETTERS[bits >> 18] + LETTERS[(bits >> 12) & 63];
      out += (left > 1 ? LETTERS[(bits >> 6) & 63] : '=') + (left > 2 ? LETTERS[bits & 63] : '=');
    }
    return out;
  }

  function atob(text) {
    let letters = `${text}`.replace(/[\t\n\f\r ]/g, '');
    if (letters.length % 4 === 0) letters = letters.replace(/==?$/, '');
    if (letters.length % 4 === 1 || /[^A-Za-z0-9+/]/.test(letters)) {
      throw new DOMException('the text is not encoded as base64', 'InvalidCharacterError');
    }
    let out = '';
    let bits = 0;
    let count = 0;
    for (const letter of letters) {
      bits = ((bits << 6) | LETTERS.indexOf(letter)) & 0xffff;
      count += 6;
      if (count < 8) continue;
      count -= 8;
      out += String.fromCharCode((bits >> count) & 255);
    }
    return out;
  }

  for (const cls of [DOMException, TextEncoder, TextDecoder]) {
    tag(cls);
    offer(cls.name, cls);
  }
  offer('atob', atob);
  offer('btoa', btoa);
  amino.web = { keep, held, offer, tag, STATE, DOMException, Encoder, Decoder };
});
