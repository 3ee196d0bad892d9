// The part of `crypto` that gives random values. The rest of it (`crypto.subtle`) is not there.
(function (host, amino) {
  'use strict';
  const { offer, DOMException } = amino.web;
  const { bufferOf, offsetOf, lengthOf, charCodeAt, kindOfView } = amino.builtins;
  const { Object, Uint8Array } = globalThis;
  const { randomBytes } = amino;
  const MOST = 65536;
  const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'));

  function fill(bytes) {
    const drawn = randomBytes(bytes.length);
    for (let i = 0; i < bytes.length; i++) bytes[i] = charCodeAt(drawn, i);
    return bytes;
  }

  const crypto = {
    getRandomValues(view) {
      const kind = kindOfView(view);
      if (kind === undefined || /^Float/.test(kind)) {
        throw new DOMException('getRandomValues takes an array of integers, such as a Uint8Array', 'TypeMismatchError');
      }
      if (lengthOf(view) > MOST) {
        throw new DOMException(`getRandomValues gives at most ${MOST} bytes at a time`, 'QuotaExceededError');
      }
      fill(new Uint8Array(bufferOf(view), offsetOf(view), lengthOf(view)));
      return view;
    },
    randomUUID() {
      const bytes = fill(new Uint8Array(16));
      bytes[6] = (bytes[6] & 0x0f) | 0x40;
      bytes[8] = (bytes[8] & 0x3f) | 0x80;
      let text = '';
      for (let i = 0; i < 16; i++) text += (i === 4 || i === 6 || i === 8 || i === 10 ? '-' : '') + HEX[bytes[i]];
      return text;
    },
  };
  Object.defineProperty(crypto, Symbol.toStringTag, { value: 'Crypto' });
  offer('crypto', crypto);
});
