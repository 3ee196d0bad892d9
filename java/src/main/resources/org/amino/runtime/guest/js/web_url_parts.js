// Takes an address apart and puts it together (the URL Standard, section 4): the record that an object of URL holds.
(function (host, amino) {
  'use strict';
  const { encode, parseHost } = amino.web;
  const PORTS = { __proto__: null, ftp: 21, file: null, http: 80, https: 443, ws: 80, wss: 443 };
  const isSpecial = (scheme) => scheme in PORTS;
  const DRIVE = /^[a-z][:|]$/i;
  const STARTS_WITH_DRIVE = /^[a-z][:|](?:[/\\]|$)/i;
  const isDot = (part) => /^(?:\.|%2e)$/i.test(part);
  const isTwoDots = (part) => /^(?:\.|%2e){2}$/i.test(part);

  class Wrong extends Error {}

  function fail() {
    throw new Wrong();
  }

  function shorten(url) {
    if (url.scheme === 'file' && url.path.length === 1 && /^[a-z]:$/i.test(url.path[0])) return;
    url.path.pop();
  }

  /** Adds the parts of a path to what there is of it. */
  function walk(url, text) {
    const parts = text.split(isSpecial(url.scheme) ? /[/\\]/ : '/');
    parts.forEach((part, i) => {
      const last = i === parts.length - 1;
      if (isTwoDots(part)) shorten(url);
      if (isTwoDots(part) || isDot(part)) {
        if (last) url.path.push('');
        return;
      }
      const drive = url.scheme === 'file' && url.path.length === 0 && DRIVE.test(part);
      url.path.push(drive ? `${part[0]}:` : encode(part, 'path'));
    });
  }

  /** A path that begins anew, behind a host or at its first slash. */
  function walkFromRoot(url, text) {
    if (text === '' && !isSpecial(url.scheme)) return;
    walk(url, /^\//.test(text) || (isSpecial(url.scheme) && /^\\/.test(text)) ? text.slice(1) : text);
  }

  function port(url, text) {
    if (/\D/.test(text) || Number(text) > 65535) fail();
    url.port = text === '' || Number(text) === PORTS[url.scheme] ? null : Number(text);
  }

  function hostAndPort(url, text) {
    const [, name, digits] = /^((?:\[[^\]]*\]|[^:[])*)(?::(.*))?$/s.exec(text) ?? fail();
    if (name === '' && (isSpecial(url.scheme) || digits !== undefined)) fail();
    url.host = name === '' ? '' : (parseHost(name, isSpecial(url.scheme)) ?? fail());
    if (digits !== undefined) port(url, digits);
  }

  function authority(url, text) {
    const end = text.search(isSpecial(url.scheme) ? /[/\\]/ : /\//);
    const all = end < 0 ? text : text.slice(0, end);
    const at = all.lastIndexOf('@');
    if (at >= 0) {
      const [, user, , password] = /^([^:]*)(:(.*))?$/s.exec(all.slice(0, at));
      url.username = encode(user, 'user');
      url.password = encode(password ?? '', 'user');
      if (at === all.length - 1) fail();
    }
    hostAndPort(url, all.slice(at + 1));
    walkFromRoot(url, end < 0 ? '' : text.slice(end));
  }

  function inherit(url, base, ...names) {
    for (const name of names) url[name] = Array.isArray(base[name]) ? [...base[name]] : base[name];
  }

  function relative(url, text, base, query) {
    const slash = isSpecial(url.scheme) ? '[/\\\\]' : '/';
    if (new RegExp(`^${slash}{2}`).test(text)) {
      authority(url, isSpecial(url.scheme) ? text.replace(/^[/\\]+/, '') : text.slice(2));
      return;
    }
    inherit(url, base, 'username', 'password', 'host', 'port');
    if (new RegExp(`^${slash}`).test(text)) {
      walkFromRoot(url, text);
      return;
    }
    beside(url, text, base, query);
  }

  /** A path that goes on from the base's. */
  function beside(url, text, base, query) {
    inherit(url, base, 'path');
    if (text === '') {
      if (query === undefined) inherit(url, base, 'query');
      return;
    }
    shorten(url);
    walk(url, text);
  }

  function file(url, text, base, query) {
    url.host = '';
    const known = base?.scheme === 'file' ? base : undefined;
    if (/^[/\\]{2}/.test(text)) {
      fileHost(url, text.slice(2));
    } else if (/^[/\\]/.test(text)) {
      if (known !== undefined) {
        inherit(url, known, 'host');
        if (!STARTS_WITH_DRIVE.test(text.slice(1)) && /^[a-z]:$/i.test(known.path[0] ?? '')) url.path = [known.path[0]];
      }
      walk(url, text.slice(1));
    } else if (known === undefined) {
      walkFromRoot(url, text);
    } else {
      inherit(url, known, 'host');
      if (STARTS_WITH_DRIVE.test(text)) walk(url, text);
      else beside(url, text, known, query);
    }
  }

  function fileHost(url, text) {
    const end = text.search(/[/\\]/);
    const name = end < 0 ? text : text.slice(0, end);
    if (DRIVE.test(name)) {
      walk(url, text);
      return;
    }
    hostOfFile(url, name);
    walkFromRoot(url, end < 0 ? '' : text.slice(end));
  }

  function hostOfFile(url, name) {
    const found = name === '' ? '' : (parseHost(name, true) ?? fail());
    url.host = found === 'localhost' ? '' : found;
  }

  function withScheme(url, text, base, query) {
    if (url.scheme === 'file') file(url, text, base, query);
    else if (isSpecial(url.scheme)) {
      if (base?.scheme === url.scheme && !/^\/\//.test(text)) relative(url, text, base, query);
      else authority(url, text.replace(/^[/\\]+/, ''));
    } else if (/^\/\//.test(text)) authority(url, text.slice(2));
    else if (text[0] === '/') walkFromRoot(url, text);
    else url.path = encode(text, 'control');
  }

  /** The record of an address, or undefined where the text is none. */
  function parse(input, base) {
    try {
      return taken(input, base);
    } catch (error) {
      if (error instanceof Wrong) return undefined;
      throw error;
    }
  }

  function taken(input, base) {
    const clean = input
      .toWellFormed()
      .replace(/^[\0-\x20]+|[\0-\x20]+$/g, '')
      .replace(/[\t\n\r]/g, '');
    const [, main, , query, , fragment] = /^([^?#]*)(\?([^#]*))?(#(.*))?$/s.exec(clean);
    const [, scheme, text] = /^(?:([a-z][a-z\d+.-]*):)?(.*)$/is.exec(main);
    const url = {
      scheme: scheme?.toLowerCase(),
      username: '',
      password: '',
      host: null,
      port: null,
      path: [],
      query: null,
      fragment: null,
    };
    if (scheme !== undefined) withScheme(url, text, base, query);
    else if (base === undefined) fail();
    else {
      url.scheme = base.scheme;
      if (typeof base.path === 'string') {
        if (text !== '' || query !== undefined || fragment === undefined) fail();
        inherit(url, base, 'path', 'query');
      } else if (base.scheme === 'file') file(url, text, base, query);
      else relative(url, text, base, query);
    }
    if (query !== undefined) url.query = encode(query, isSpecial(url.scheme) ? 'specialQuery' : 'query');
    if (fragment !== undefined) url.fragment = encode(fragment, 'fragment');
    return url;
  }

  const pathOf = (url) => (typeof url.path === 'string' ? url.path : url.path.map((part) => `/${part}`).join(''));
  const hostOf = (url) => (url.host === null ? '' : url.port === null ? url.host : `${url.host}:${url.port}`);

  /** The whole text. */
  function textOf(url) {
    const password = url.password === '' ? '' : `:${url.password}`;
    const user = url.username + password === '' ? '' : `${url.username}${password}@`;
    const authority = url.host === null ? '' : `//${user}${hostOf(url)}`;
    const marked =
      url.host === null && typeof url.path !== 'string' && url.path.length > 1 && url.path[0] === '' ? '/.' : '';
    const query = url.query === null ? '' : `?${url.query}`;
    return `${url.scheme}:${authority}${marked}${pathOf(url)}${query}${url.fragment === null ? '' : `#${url.fragment}`}`;
  }

  /** Changes a record only where the new part can be read. */
  function change(url, work) {
    const next = { ...url, path: Array.isArray(url.path) ? [...url.path] : url.path };
    try {
      work(next);
    } catch (error) {
      if (error instanceof Wrong) return;
      throw error;
    }
    Object.assign(url, next);
  }

  amino.web.url = {
    parse,
    textOf,
    pathOf,
    hostOf,
    change,
    walkFromRoot,
    hostAndPort,
    hostOfFile,
    port,
    fail,
    isSpecial,
    PORTS,
  };
});
