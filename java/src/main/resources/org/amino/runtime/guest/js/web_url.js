// URL and URLSearchParams, as browsers and Node have them.
(function (host, amino) {
  'use strict';
  const { web } = amino;
  const { keep, held, tag, encode, decode, url: parts } = web;
  const { PORTS, isSpecial } = parts;

  /** The pairs that a text such as `a=1&b=2` stands for. */
  function pairsOf(text) {
    const plain = (part) => decode(part.replaceAll('+', ' '));
    return text.split('&').filter((each) => each !== '').map((each) => {
      const at = each.indexOf('=');
      return at < 0 ? [plain(each), ''] : [plain(each.slice(0, at)), plain(each.slice(at + 1))];
    });
  }

  function textOfPair(pair) {
    const written = (part) => encodeURIComponent(part)
      .replace(/[!'()~]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)
      .replaceAll('%20', '+');
    return pair.map(written).join('=');
  }

  const textOf = (value) => `${value}`.toWellFormed();

  function pairsFrom(init) {
    if (typeof init !== 'object' || init === null) return pairsOf(textOf(init).replace(/^\?/, ''));
    if (typeof init[Symbol.iterator] !== 'function') return Object.keys(init).map((name) => [textOf(name), textOf(init[name])]);
    return [...init].map((pair) => {
      const two = [...pair];
      if (two.length !== 2) throw new TypeError('URLSearchParams takes pairs of a name and a value');
      return two.map(textOf);
    });
  }

  class URLSearchParams {
    constructor(init = '') {
      keep(this, { list: pairsFrom(init), url: null });
    }

    get size() {
      return list(this).length;
    }

    append(name, value) {
      list(this).push([textOf(name), textOf(value)]);
      update(this);
    }

    delete(name, value) {
      const state = held(this, URLSearchParams);
      const gone = ([n, v]) => n === textOf(name) && (value === undefined || v === textOf(value));
      state.list = state.list.filter((pair) => !gone(pair));
      update(this);
    }

    get(name) {
      return list(this).find((pair) => pair[0] === textOf(name))?.[1] ?? null;
    }

    getAll(name) {
      return list(this).filter((pair) => pair[0] === textOf(name)).map((pair) => pair[1]);
    }

    has(name, value) {
      return list(this).some(([n, v]) => n === textOf(name) && (value === undefined || v === textOf(value)));
    }

    set(name, value) {
      const state = held(this, URLSearchParams);
      const first = state.list.find((pair) => pair[0] === textOf(name));
      if (first === undefined) state.list.push([textOf(name), textOf(value)]);
      else {
        state.list = state.list.filter((pair) => pair === first || pair[0] !== first[0]);
        first[1] = textOf(value);
      }
      update(this);
    }

    sort() {
      list(this).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
      update(this);
    }

    forEach(callback, self) {
      for (const [name, value] of list(this)) callback.call(self, value, name, this);
    }

    *entries() {
      for (let i = 0; i < list(this).length; i++) yield [...list(this)[i]];
    }

    *keys() {
      for (let i = 0; i < list(this).length; i++) yield list(this)[i][0];
    }

    *values() {
      for (let i = 0; i < list(this).length; i++) yield list(this)[i][1];
    }

    toString() {
      return list(this).map(textOfPair).join('&');
    }
  }
  Object.defineProperty(URLSearchParams.prototype, Symbol.iterator, { value: URLSearchParams.prototype.entries, writable: true, configurable: true });

  function list(params) {
    return held(params, URLSearchParams).list;
  }

  /** What changes the parameters of an address changes the address. */
  function update(params) {
    const { url } = held(params, URLSearchParams);
    if (url !== null) held(url, URL).query = params.toString() || null;
  }

  const recordOf = (url) => held(url, URL);

  function read(input, base) {
    const from = base === undefined ? undefined : parts.parse(`${base}`);
    return base !== undefined && from === undefined ? undefined : parts.parse(`${input}`, from);
  }

  class URL {
    static canParse(input, base) {
      return read(input, base) !== undefined;
    }

    static parse(input, base) {
      return URL.canParse(input, base) ? new URL(input, base) : null;
    }

    constructor(input, base) {
      const record = read(input, base);
      if (record === undefined) {
        const error = new TypeError('Invalid URL');
        throw Object.assign(error, { code: 'ERR_INVALID_URL', input: `${input}` });
      }
      keep(this, Object.assign(record, { params: null }));
    }

    get href() {
      return parts.textOf(recordOf(this));
    }

    set href(text) {
      const record = parts.parse(`${text}`);
      if (record === undefined) throw new TypeError('Invalid URL');
      Object.assign(recordOf(this), record);
      follow(this);
    }

    get origin() {
      const url = recordOf(this);
      if (url.scheme === 'blob') return URL.parse(parts.pathOf(url))?.origin ?? 'null';
      return isSpecial(url.scheme) && url.scheme !== 'file' ? `${url.scheme}://${parts.hostOf(url)}` : 'null';
    }

    get protocol() {
      return `${recordOf(this).scheme}:`;
    }

    set protocol(text) {
      const url = recordOf(this);
      const scheme = /^([a-z][a-z\d+.-]*)(?::|$)/i.exec(`${text}`)?.[1].toLowerCase();
      if (scheme === undefined || isSpecial(scheme) !== isSpecial(url.scheme)) return;
      if (scheme === 'file' && (url.username !== '' || url.password !== '' || url.port !== null)) return;
      if (url.scheme === 'file' && url.host === '') return;
      url.scheme = scheme;
      if (url.port === PORTS[scheme]) url.port = null;
    }

    get username() {
      return recordOf(this).username;
    }

    set username(text) {
      if (hasUser(this)) recordOf(this).username = encode(textOf(text), 'user');
    }

    get password() {
      return recordOf(this).password;
    }

    set password(text) {
      if (hasUser(this)) recordOf(this).password = encode(textOf(text), 'user');
    }

    get host() {
      return parts.hostOf(recordOf(this));
    }

    set host(text) {
      changeHost(this, text, (url, part) => {
        if (url.scheme === 'file') {
          parts.hostOfFile(url, part);
          return;
        }
        const before = url.port;
        parts.hostAndPort(url, part.replace(/:$/, ''));
        if (!/:\d+$/.test(part)) url.port = before;
      });
    }

    get hostname() {
      return recordOf(this).host ?? '';
    }

    set hostname(text) {
      changeHost(this, text, (url, part) => {
        if (/^[^[]*:/.test(part)) parts.fail();
        if (url.scheme === 'file') {
          parts.hostOfFile(url, part);
          return;
        }
        const before = url.port;
        parts.hostAndPort(url, part);
        url.port = before;
      });
    }

    get port() {
      return `${recordOf(this).port ?? ''}`;
    }

    set port(text) {
      if (!hasUser(this)) return;
      const digits = /^\d*/.exec(`${text}`.replace(/[\t\n\r]/g, ''))[0];
      if (digits !== '' || `${text}` === '') parts.change(recordOf(this), (url) => parts.port(url, digits));
    }

    get pathname() {
      return parts.pathOf(recordOf(this));
    }

    set pathname(text) {
      if (typeof recordOf(this).path === 'string') return;
      parts.change(recordOf(this), (url) => {
        url.path = [];
        parts.walkFromRoot(url, textOf(text).replace(/[\t\n\r]/g, ''));
      });
    }

    get search() {
      return recordOf(this).query ? `?${recordOf(this).query}` : '';
    }

    set search(text) {
      const url = recordOf(this);
      const plain = textOf(text).replace(/[\t\n\r]/g, '');
      url.query = plain === '' ? null : encode(plain.replace(/^\?/, ''), isSpecial(url.scheme) ? 'specialQuery' : 'query');
      follow(this);
    }

    get searchParams() {
      const url = recordOf(this);
      if (url.params === null) {
        url.params = new URLSearchParams(url.query ?? '');
        held(url.params, URLSearchParams).url = this;
      }
      return url.params;
    }

    get hash() {
      return recordOf(this).fragment ? `#${recordOf(this).fragment}` : '';
    }

    set hash(text) {
      const plain = textOf(text).replace(/[\t\n\r]/g, '');
      recordOf(this).fragment = plain === '' ? null : encode(plain.replace(/^#/, ''), 'fragment');
    }

    toString() {
      return this.href;
    }

    toJSON() {
      return this.href;
    }
  }

  /** What changes the query of an address changes its parameters. */
  function follow(url) {
    const { params, query } = recordOf(url);
    if (params !== null) held(params, URLSearchParams).list = pairsOf(query ?? '');
  }

  function hasUser(url) {
    const { host: name, scheme } = recordOf(url);
    return name !== null && name !== '' && scheme !== 'file';
  }

  function changeHost(url, text, work) {
    const record = recordOf(url);
    if (typeof record.path === 'string') return;
    const part = textOf(text).replace(/[\t\n\r]/g, '').split(isSpecial(record.scheme) ? /[/\\?#]/ : /[/?#]/)[0];
    parts.change(record, (next) => work(next, part));
  }

  for (const cls of [URL, URLSearchParams]) {
    for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(cls.prototype))) {
      if (name !== 'constructor') Object.defineProperty(cls.prototype, name, { ...property, enumerable: true });
    }
    tag(cls);
  }
  web.arrived({ __proto__: null, URL, URLSearchParams });
})
