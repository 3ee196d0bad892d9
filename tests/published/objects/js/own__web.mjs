// What browsers and Node have besides the language: texts, addresses, copies, random values.
const ADDRESSES = [
  'http://example.org',
  'http://x/..',
  'HTTP://User:Pa%20ss@EXAMPLE.org:80/a/../b/./c?x=1#y z',
  'https://example.org:443/',
  'https://example.org:8443/%7Ea/ä?ö=ü#ß',
  'http://[::1]:3000/',
  'http://[1:0::0:2]/',
  'http://[::ffff:192.168.0.1]/',
  'http://0x7f.1/',
  'http://192.168.257',
  'http://017700000001',
  'http://1.2.3',
  'http://256.1.1.1',
  'http://bücher.example/',
  'http://faß.de/',
  'http://xn--bcher-kva.example/',
  'http://日本語.jp/パス',
  'file:///C|/x/../y',
  'file://host/share/f',
  'file:/etc/./passwd',
  'mailto:a b@c.org?subject=x',
  'data:text/plain,Hello World#x',
  'javascript:alert(1)',
  'foo://host:99/p/q?r',
  'foo:/a/b/../c',
  'foo://',
  'foo:',
  'http://',
  'http:///example.org//x',
  'http:\\\\example.org\\a\\b',
  '  http://example.org/\n ',
  'ht\ntp://exa\tmple.org',
  'http://a b/',
  'http://a%41.org/',
  'http://a<b/',
  'http://exa%6dple.org',
  'http://user@/',
  'http://:@x/',
  'http://x:99999/',
  'http://x:8a/',
  'http://x:/',
  'ws://x:80/',
  'wss://x/?a b\'c"',
  'blob:https://example.org/uuid',
  'http://x/%zz?%zz',
  'http://x/\ud800',
  'x',
  '',
  '//x',
  'http://[::1',
  'http://[1:2:3]/',
  'http://a..b/',
  'http://-a.org',
  'http://ex_ample.org/',
  'http://1e2/',
  'http://%30%78%63%30%2e%30%32%35%30.01/',
];
const RELATIVE = [
  '',
  '.',
  '..',
  '../x',
  'x/y',
  '/x',
  '//other/x',
  '\\x',
  '?q',
  '#f',
  'x?y#z',
  './..//a',
  'http:x',
  'https:x',
  'mailto:x',
  '%2e%2e/x',
  'a:b',
  'y/..',
  'y/.',
];
const BASES = ['http://example.org/a/b/c?d#e', 'file:///C:/a/b', 'foo://h/a/b', 'http://example.org'];
const OPAQUE = ['', '#f', 'x', '?q', 'y/z', '/'];
const PARTS = [
  'href',
  'origin',
  'protocol',
  'username',
  'password',
  'host',
  'hostname',
  'port',
  'pathname',
  'search',
  'hash',
];
const CHANGES = [
  ['protocol', 'https'],
  ['protocol', 'foo:'],
  ['protocol', 'file'],
  ['host', 'x.org:81'],
  ['host', 'y.org'],
  ['host', 'a b'],
  ['hostname', 'z.org'],
  ['hostname', 'z:1'],
  ['port', '8080'],
  ['port', '443'],
  ['port', 'x'],
  ['port', '81x'],
  ['port', ''],
  ['username', 'a:b'],
  ['password', 'ü@'],
  ['pathname', 'p q/../r'],
  ['pathname', ''],
  ['search', '?a=1 2'],
  ['search', ''],
  ['hash', 'h h'],
  ['hash', ''],
  ['href', 'http://n.org/'],
];

function said(work) {
  try {
    return work();
  } catch (error) {
    return error.name;
  }
}

function partsOf(text, base) {
  return said(() => {
    const url = new URL(text, base);
    return PARTS.map((part) => url[part]);
  });
}

function changed(start) {
  return CHANGES.map(([part, value]) =>
    said(() => {
      const url = new URL(start);
      url[part] = value;
      return url.href;
    }),
  );
}

function copies() {
  const circle = {
    name: 'x',
    list: [1, , 3],
    map: new Map([[{ k: 1 }, new Set(['a'])]]),
    when: new Date(5),
    pattern: /a+/gi,
    bytes: new Uint8Array([1, 2, 3]).subarray(1),
    big: 5n,
    none: undefined,
    error: new RangeError('r', { cause: 'c' }),
  };
  circle.self = circle;
  circle.boxed = Object('text');
  class Point {
    constructor() {
      this.x = 1;
    }
    get twice() {
      return 2;
    }
  }
  circle.point = new Point();
  const copy = structuredClone(circle);
  const buffer = new ArrayBuffer(4);
  const moved = structuredClone({ buffer }, { transfer: [buffer] });
  return {
    self: copy.self === copy,
    list: [copy.list.length, 1 in copy.list],
    key: [...copy.map.keys()][0].k,
    set: [...copy.map.values()][0].has('a'),
    when: copy.when.getTime(),
    pattern: String(copy.pattern),
    bytes: [copy.bytes.length, copy.bytes.buffer.byteLength, copy.bytes.byteOffset],
    big: String(copy.big),
    none: 'none' in copy,
    error: [copy.error instanceof RangeError, copy.error.message, copy.error.cause],
    boxed: typeof copy.boxed,
    point: [copy.point.x, copy.point instanceof Point],
    moved: [buffer.byteLength, moved.buffer.byteLength],
    refused: [() => 1, Symbol('s'), new WeakMap(), Promise.resolve(), new Proxy({}, {})].map((value) =>
      said(() => structuredClone({ value })),
    ),
    name: said(() => structuredClone(copies)),
  };
}

function texts() {
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  const parts = encoder.encode('aä€😀');
  const stream =
    decoder.decode(parts.subarray(0, 3), { stream: true }) +
    decoder.decode(parts.subarray(3, 7), { stream: true }) +
    decoder.decode(parts.subarray(7));
  return {
    bytes: [...parts],
    lone: [...encoder.encode('\ud800')],
    stream,
    into: encoder.encodeInto('aä€', new Uint8Array(4)),
    names: [encoder.encoding, decoder.encoding, new TextDecoder('utf-16').encoding],
    fatal: said(() => new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array([255]))),
    lax: decoder.decode(new Uint8Array([255, 65])),
    mark: [
      decoder.decode(new Uint8Array([239, 187, 191, 65])).length,
      new TextDecoder('utf-8', { ignoreBOM: true }).decode(new Uint8Array([239, 187, 191, 65])).length,
    ],
    unknown: said(() => new TextDecoder('no-such')),
    wide: new TextDecoder('utf-16le').decode(new Uint8Array([65, 0, 172, 32])),
    base64: ['', 'a', 'ab', 'abc', '\xff\x00'].map((text) => [btoa(text), atob(btoa(text)) === text]),
    wrong: ['a', 'ab=c', 'é', 'abcd='].map((text) => said(() => atob(text))),
    far: said(() => btoa('€')),
    loose: atob(' YW\nI '),
  };
}

export default class Web {
  constructor() {
    this.url = new URL('https://example.org/a?x=1&y=2#z');
    this.params = new URLSearchParams('a=1&b=2&a=3');
    this.encoder = new TextEncoder();
    this.decoder = new TextDecoder('utf-16le', { ignoreBOM: true });
    this.shared = this.url.searchParams;
    this.error = new DOMException('gone', 'AbortError');
    this.later = setTimeout;
  }

  use() {
    return {
      addresses: ADDRESSES.map((text) => partsOf(text)),
      relative: BASES.map((base) => RELATIVE.map((text) => said(() => new URL(text, base).href))),
      opaque: OPAQUE.map((text) => said(() => new URL(text, 'mailto:a').href)),
      changes: ['http://u:p@example.org:80/x?y#z', 'foo://h/x', 'file:///x', 'mailto:x'].map(changed),
      can: [URL.canParse('x:y'), URL.canParse('y')],
      query: [...new URLSearchParams('?a=b+c&d=%C3%A4&&e&=f&g=h=i')],
      written: new URLSearchParams([
        ['a b', 'ä&='],
        ['*-._', "~!'()"],
      ]).toString(),
      record: String(new URLSearchParams({ x: '1', y: 'z' })),
      copies: copies(),
      texts: texts(),
      uuid: [
        /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID()),
        crypto.randomUUID() === crypto.randomUUID(),
      ],
      random: [
        crypto.getRandomValues(new Uint16Array(4)).length,
        said(() => crypto.getRandomValues(new Uint8Array(70000))),
        said(() => crypto.getRandomValues(new Float64Array(1))),
      ],
      filled: crypto.getRandomValues(new Uint8Array(64)).some((byte) => byte !== 0),
      time: performance.now() <= performance.now(),
      kinds: [this.url, this.params, this.encoder, this.decoder, this.error].map((each) =>
        Object.prototype.toString.call(each),
      ),
      keys: Object.keys(this.url),
      json: JSON.stringify({ url: this.url }),
    };
  }

  async goOn() {
    this.url.searchParams.append('n', this.params.size);
    this.url.hash = `h${this.params.size}`;
    this.params.set('b', 'ü');
    this.params.append('c', '3');
    this.params.sort();
    await new Promise((go) => this.later(go, 1));
    return {
      href: this.url.href,
      shared: this.url.searchParams === this.shared,
      list: [...this.shared],
      params: String(this.params),
      all: this.params.getAll('a'),
      has: [this.params.has('a', '3'), this.params.has('a', '4')],
      is: [this.url instanceof URL, this.params instanceof URLSearchParams, this.error instanceof DOMException],
      text: this.decoder.decode(new Uint8Array([255, 254, 65, 0])).length,
      bytes: this.encoder.encode('ä').length,
      error: [this.error.name, this.error.code, this.error.message],
    };
  }
}
