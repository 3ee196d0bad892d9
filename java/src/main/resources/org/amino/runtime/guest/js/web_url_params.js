// URLSearchParams, as browsers and Node have it.
(function (host, amino) {
  'use strict';
  const { keep, held, tag, decode, STATE } = amino.web;

  /** The pairs that a text such as `a=1&b=2` stands for. */
  function pairsOf(text) {
    const plain = (part) => decode(part.replaceAll('+', ' '));
    return text
      .split('&')
      .filter((each) => each !== '')
      .map((each) => {
        const at = each.indexOf('=');
        return at < 0 ? [plain(each), ''] : [plain(each.slice(0, at)), plain(each.slice(at + 1))];
      });
  }

  function textOfPair(pair) {
    const written = (part) =>
      encodeURIComponent(part)
        .replace(/[!'()~]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)
        .replaceAll('%20', '+');
    return pair.map(written).join('=');
  }

  const textOf = (value) => `${value}`.toWellFormed();

  function pairsFrom(init) {
    if (typeof init !== 'object' || init === null) return pairsOf(textOf(init).replace(/^\?/, ''));
    if (typeof init[Symbol.iterator] !== 'function')
      return Object.keys(init).map((name) => [textOf(name), textOf(init[name])]);
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
      return list(this)
        .filter((pair) => pair[0] === textOf(name))
        .map((pair) => pair[1]);
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
  Object.defineProperty(URLSearchParams.prototype, Symbol.iterator, {
    value: URLSearchParams.prototype.entries,
    writable: true,
    configurable: true,
  });

  function list(params) {
    return held(params, URLSearchParams).list;
  }

  /** What changes the parameters of an address changes the address. */
  function update(params) {
    const { url } = held(params, URLSearchParams);
    if (url !== null) url[STATE].query = params.toString() || null;
  }

  /** Makes the members of a class such that they can be listed, as those of the web's own classes. */
  function listed(cls) {
    for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(cls.prototype))) {
      if (name !== 'constructor') Object.defineProperty(cls.prototype, name, { ...property, enumerable: true });
    }
    tag(cls);
  }

  listed(URLSearchParams);
  Object.assign(amino.web, { URLSearchParams, pairsOf, listed });
});
