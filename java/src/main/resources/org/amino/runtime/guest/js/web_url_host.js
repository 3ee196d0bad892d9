// Hosts of addresses, and which characters of an address are written with `%` (the URL Standard, sections 1.3 and 3).
(function (host, amino) {
  'use strict';
  const { Decoder, Encoder } = amino.web;
  // A function of its own: nothing that a guest can ask for leads to `host`.
  const { asciiDomain } = host;
  const SETS = {
    control: /[^\x20-\x7e]/gu,
    fragment: /[^\x21-\x7e]|["<>`]/gu,
    query: /[^\x21-\x7e]|["#<>]/gu,
    specialQuery: /[^\x21-\x7e]|["#<>']/gu,
    path: /[^\x21-\x7e]|["#<>?^`{}]/gu,
    user: /[^\x21-\x7e]|["#<>?`{}/:;=@[\\\]^|]/gu,
  };
  const FORBIDDEN_HOST = /[\0\t\n\r #/:<>?@[\\\]^|]/;
  const FORBIDDEN_DOMAIN = /[\0-\x20"#%/:<>?@[\\\]^`{|}\x7f]/;

  function percent(letter) {
    const code = letter.charCodeAt(0);
    return code > 127 ? encodeURIComponent(letter) : `%${code < 16 ? '0' : ''}${code.toString(16).toUpperCase()}`;
  }

  /** Writes the characters of a set as their bytes. */
  function encode(text, set) {
    return text.replace(SETS[set], percent);
  }

  /** The text whose bytes are written with `%`. */
  function decode(text) {
    if (!text.includes('%')) return text;
    const bytes = new Encoder().encode(text);
    const out = [];
    for (let i = 0; i < bytes.length; i++) {
      const digits = bytes[i] === 37 ? String.fromCharCode(bytes[i + 1], bytes[i + 2]) : '';
      if (/^[0-9a-fA-F]{2}$/.test(digits)) {
        out.push(Number.parseInt(digits, 16));
        i += 2;
      } else out.push(bytes[i]);
    }
    return new Decoder('utf-8', { ignoreBOM: true }).decode(new Uint8Array(out));
  }

  function number(text) {
    if (text === '') return NaN;
    if (/^0x[0-9a-f]*$/i.test(text)) return text.length === 2 ? 0 : Number.parseInt(text, 16);
    if (/^0[0-7]*$/.test(text)) return Number.parseInt(text, 8);
    return /^(?:0|[1-9]\d*)$/.test(text) ? Number(text) : NaN;
  }

  function endsInNumber(domain) {
    const parts = domain.split('.');
    if (parts.at(-1) === '' && parts.length > 1) parts.pop();
    return /^(?:\d+|0x[0-9a-f]*)$/i.test(parts.at(-1));
  }

  /** The usual form of four numbers with dots; undefined where they are none. */
  function ipv4(domain) {
    const parts = domain.split('.');
    if (parts.at(-1) === '' && parts.length > 1) parts.pop();
    const numbers = parts.map(number);
    const last = numbers.pop();
    if (numbers.length > 3 || numbers.some((each) => !(each <= 255)) || !(last < 256 ** (4 - numbers.length)))
      return undefined;
    const value = numbers.reduce((sum, each, i) => sum + each * 256 ** (3 - i), last);
    return [24, 16, 8, 0].map((bits) => Math.floor(value / 2 ** bits) % 256).join('.');
  }

  /** The eight numbers of an address in brackets; undefined where it is wrong. */
  function ipv6Parts(text) {
    let plain = text;
    const dotted = /^(.*:)(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
    if (dotted !== null) {
      const bytes = dotted.slice(2);
      if (bytes.some((each) => Number(each) > 255 || /^0\d/.test(each))) return undefined;
      const pair = (i) => (Number(bytes[i]) * 256 + Number(bytes[i + 1])).toString(16);
      plain = `${dotted[1]}${pair(0)}:${pair(2)}`;
    }
    const halves = plain.split('::');
    if (halves.length > 2) return undefined;
    const [left, right] = [halves[0], halves[1] ?? ''].map((half) => (half === '' ? [] : half.split(':')));
    const missing = 8 - left.length - right.length;
    if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
    const all = [...left, ...new Array(missing).fill('0'), ...right];
    if (all.some((part) => !/^[0-9a-fA-F]{1,4}$/.test(part))) return undefined;
    return all.map((part) => Number.parseInt(part, 16));
  }

  function ipv6(text) {
    const parts = ipv6Parts(text);
    if (parts === undefined) return undefined;
    let best = [0, 1];
    for (let i = 0; i < 8; i++) {
      let end = i;
      while (end < 8 && parts[end] === 0) end++;
      if (end - i > best[1]) best = [i, end - i];
    }
    const hex = parts.map((part) => part.toString(16));
    if (best[1] < 2) return `[${hex.join(':')}]`;
    return `[${hex.slice(0, best[0]).join(':')}::${hex.slice(best[0] + best[1]).join(':')}]`;
  }

  /** A host in its usual form; undefined where it cannot be one. */
  function parseHost(text, special) {
    if (text[0] === '[') return text.at(-1) === ']' ? ipv6(text.slice(1, -1)) : undefined;
    if (!special) return FORBIDDEN_HOST.test(text) ? undefined : encode(text, 'control');
    const domain = decode(text);
    const simple = /^[\0-\x7f]*$/.test(domain) && !/(?:^|\.)xn--/i.test(domain);
    const ascii = simple ? domain.toLowerCase() : asciiDomain(domain);
    if (ascii === null || ascii === '' || FORBIDDEN_DOMAIN.test(ascii)) return undefined;
    return endsInNumber(ascii) ? ipv4(ascii) : ascii;
  }

  Object.assign(amino.web, { encode, decode, parseHost });
});
