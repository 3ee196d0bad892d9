// URL, as browsers and Node have it.
(function (host, amino) {
  'use strict';
  const { web } = amino;
  const { keep, held, listed, encode, pairsOf, URLSearchParams, url: parts } = web;
  const { PORTS, isSpecial } = parts;
  const textOf = (value) => `${value}`.toWellFormed();

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
      url.query =
        plain === '' ? null : encode(plain.replace(/^\?/, ''), isSpecial(url.scheme) ? 'specialQuery' : 'query');
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
    const part = textOf(text)
      .replace(/[\t\n\r]/g, '')
      .split(isSpecial(record.scheme) ? /[/\\?#]/ : /[/?#]/)[0];
    parts.change(record, (next) => work(next, part));
  }

  listed(URL);
  web.arrived({ __proto__: null, URL, URLSearchParams });
});
