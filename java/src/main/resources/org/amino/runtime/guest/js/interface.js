// What an artifact offers: finds its class (or its functions), describes the members, makes instances.
(function (host, amino) {
  'use strict';
  const HOOKS = ['amino_save', 'amino_load', 'constructor', 'readOnly'];
  const NOTHING = { name: '', doc: '', parameters: [], members: new Map() };
  let offered = NOTHING;

  const { textOfFunction: textOf } = amino.builtins;
  const { construct } = Reflect;
  const { assign, hasOwn } = Object;
  const { Set } = globalThis;
  const isFunction = (value) => typeof value === 'function';

  function isClass(value) {
    if (!isFunction(value)) return false;
    return /^class\b/.test(textOf(value)) || (value.prototype !== undefined && Object.getOwnPropertyNames(value.prototype).length > 1);
  }

  function refuse(message) {
    return amino.newError('ARTIFACT_INVALID', 'ArtifactInvalid', message);
  }

  /** Cuts a parameter list at its commas, minding brackets, strings and comments. */
  function splitParameters(text, from) {
    const parts = [''];
    let depth = 0;
    for (let i = from; i < text.length; i++) {
      const c = text[i];
      if (c === '"' || c === "'" || c === '`') {
        const end = closing(text, i);
        parts[parts.length - 1] += text.slice(i, end + 1);
        i = end;
      } else if (c === '/' && (text[i + 1] === '*' || text[i + 1] === '/')) {
        i = text[i + 1] === '*' ? text.indexOf('*/', i) + 1 : text.indexOf('\n', i);
      } else if (c === ')' && depth === 0) break;
      else if (c === ',' && depth === 0) parts.push('');
      else {
        if ('([{'.includes(c)) depth++;
        if (')]}'.includes(c)) depth--;
        parts[parts.length - 1] += c;
      }
    }
    return parts.map((part) => part.trim()).filter((part) => part !== '');
  }

  function closing(text, open) {
    let i = open + 1;
    while (i < text.length && text[i] !== text[open]) i += text[i] === '\\' ? 2 : 1;
    return i;
  }

  function parameterTexts(fn) {
    const text = textOf(fn);
    const arrow = /^(?:async\s+)?([A-Za-z_$][\w$]*)\s*=>/.exec(text);
    if (arrow) return [arrow[1]];
    return splitParameters(text, text.indexOf('(') + 1);
  }

  function constructorTexts(cls) {
    for (let c = cls; isFunction(c) && c !== Function.prototype; c = Object.getPrototypeOf(c)) {
      const text = textOf(c);
      if (!text.startsWith('class')) return text.includes('[native code]') ? undefined : parameterTexts(c);
      const at = /\bconstructor\s*\(/.exec(text);
      if (at) return splitParameters(text, at.index + at[0].length);
    }
    return [];
  }

  /** Names, how many at the most (−1: any number) and how many at the least. */
  function signature(texts, open) {
    const parameters = texts.map((text, i) => /^(?:\.\.\.)?\s*([A-Za-z_$][\w$]*)/.exec(text)?.[1] ?? `argument${i}`);
    const rest = texts.some((text) => text.startsWith('...'));
    const optional = texts.findIndex((text) => text.startsWith('...') || /^(?:[A-Za-z_$][\w$]*|[[{][\s\S]*[\]}])\s*=/.test(text));
    return { parameters, arity: rest || open ? -1 : texts.length, required: optional < 0 ? texts.length : optional };
  }

  function cleanDoc(comment) {
    return comment.split('\n').map((line) => line.replace(/^\s*\*? ?/, '').trimEnd()).join('\n').trim();
  }

  function docBefore(source, what) {
    const found = new RegExp(`/\\*\\*((?:[^*]|\\*(?!/))*)\\*/\\s*${what}`).exec(source);
    return found ? cleanDoc(found[1]) : '';
  }

  function memberOf(name, fn, readOnly, source) {
    const native = /\{\s*\[native code\]\s*\}$/.test(textOf(fn));
    const open = native || /\barguments\b/.test(textOf(fn));
    const texts = native ? [] : parameterTexts(fn);
    const before = `(?:(?:static|async|export|function|default)\\s+|\\*\\s*|exports\\.|module\\.exports\\.)*${name.replaceAll('$', '\\$')}\\s*[(=]`;
    return { name, ...signature(texts, open), readOnly: readOnly.has(name), doc: docBefore(source, before) };
  }

  /** The members that read and set a property. */
  function accessorsOf(name, property, readOnly, source) {
    const doc = docBefore(source, `[gs]et\\s+${name.replaceAll('$', '\\$')}\\s*\\(`);
    const shared = { doc, property: true };
    const reads = { name, parameters: [], arity: 0, required: 0, readOnly: readOnly.has(name), ...shared };
    const sets = { name: `${name}=`, parameters: ['value'], arity: 1, required: 1, readOnly: false, ...shared };
    return [...(property.get ? [reads] : []), ...(property.set ? [sets] : [])];
  }

  function isPublic(name) {
    for (let i = 0; i < HOOKS.length; i++) if (HOOKS[i] === name) return false;
    return name[0] !== '_';
  }

  function ofClass(cls, source) {
    const members = new Map();
    const seen = new Set();
    const readOnly = new Set();
    for (let c = cls; isFunction(c) && c !== Function.prototype; c = Object.getPrototypeOf(c)) {
      for (const name of Object.hasOwn(c, 'readOnly') && Array.isArray(c.readOnly) ? c.readOnly : []) readOnly.add(String(name));
    }
    for (let p = cls.prototype; p && p !== Object.prototype; p = Object.getPrototypeOf(p)) {
      const text = isFunction(p.constructor) ? textOf(p.constructor) : '';
      for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(p))) {
        if (!isPublic(name) || seen.has(name)) continue;
        seen.add(name);
        if (isFunction(property.value)) members.set(name, memberOf(name, property.value, readOnly, text));
        for (const member of accessorsOf(name, property, readOnly, text)) members.set(member.name, member);
      }
    }
    const texts = constructorTexts(cls);
    const doc = docBefore(source, `(?:(?:export|default)\\s+|module\\.exports\\s*=\\s*)*class\\s+${cls.name.replaceAll('$', '\\$')}\\b`);
    return { cls, name: cls.name, doc, members, ...(texts ? signature(texts, false) : { parameters: [], arity: -1, required: 0 }) };
  }

  function ofFunctions(functions, name, source) {
    const readOnly = new Set(Array.isArray(functions.readOnly) ? functions.readOnly.map(String) : []);
    const members = new Map();
    const table = {};
    for (const [key, fn] of Object.entries(functions)) {
      if (!isFunction(fn)) continue;
      table[key] = fn;
      // Published functions are called with arguments left out: the language allows it, and their code counts on it.
      if (isPublic(key)) members.set(key, { ...memberOf(key, fn, readOnly, source), required: 0 });
    }
    return { cls: undefined, table, name, doc: '', members, parameters: [], arity: 0, required: 0 };
  }

  function ofSingleFunction(fn, name, source) {
    return ofFunctions({ [fn.name || 'call']: fn, ...fn }, name, source);
  }

  function onlyClass(table, moduleName) {
    const classes = Object.values(table).filter(isClass);
    const bases = new Set(classes.map((cls) => Object.getPrototypeOf(cls)));
    const leaves = [...new Set(classes)].filter((cls) => !bases.has(cls));
    if (leaves.length <= 1) return leaves[0];
    const same = leaves.find((cls) => cls.name.toLowerCase() === moduleName.toLowerCase().replace(/[-_.]/g, ''));
    if (same) return same;
    throw refuse(`several classes (${leaves.map((cls) => cls.name).join(', ')}): export one as default, or name it (option class; on the command line --class)`);
  }

  /** Chooses by the rules of docs/bridge.md, section 3. */
  function choose(exports, top, className, moduleName, source) {
    const main = exports?.default ?? exports;
    if (className !== null) {
      const cls = exports?.[className] ?? main?.[className] ?? (main?.name === className ? main : undefined) ?? top[className];
      if (!isClass(cls)) throw refuse(`it has no class ${className}`);
      return ofClass(cls, source);
    }
    if (isClass(main)) return ofClass(main, source);
    if (isFunction(main)) return ofSingleFunction(main, moduleName, source);
    for (const table of [main, exports]) {
      if (table === null || typeof table !== 'object') continue;
      const entries = Object.fromEntries(Object.entries(table).filter(([key]) => !key.startsWith('__amino')));
      const cls = onlyClass(entries, moduleName);
      if (cls) return ofClass(cls, source);
      if (Object.values(entries).some(isFunction)) return ofFunctions(entries, moduleName, source);
    }
    const cls = onlyClass(top, moduleName);
    if (cls) return ofClass(cls, source);
    if (Object.values(top).some(isFunction)) return ofFunctions(top, moduleName, source);
    throw refuse('it offers neither a class nor functions: export default class …, module.exports = class …, or export functions');
  }

  function describe() {
    const members = [...offered.members.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    const rows = members.map((m) => [m.name, m.arity, m.required, m.readOnly, m.parameters, m.doc, m.property === true]);
    return [offered.name, offered.doc, offered.parameters, offered.arity, offered.required, rows];
  }

  /** Takes the evaluated artifact; `exports` of a module or of CommonJS, `top` the names at its top level. */
  function offer(exports, top, className, path) {
    const moduleName = path.slice(path.lastIndexOf('/') + 1).replace(/\.[^.]*$/, '');
    offered = { ...choose(exports, top, className, moduleName, host.read(path)), path };
    amino.className = offered.name;
    return describe();
  }

  function create(id, ...args) {
    const instance = offered.cls ? construct(offered.cls, args) : assign({}, offered.table);
    amino.Identity.change(instance, id);
    return instance;
  }

  /** A function that the instance itself carries: `[arity, required, parameters]`, or null. */
  function ownMember(instance, name) {
    const fn = isPublic(name) && hasOwn(instance, name) ? instance[name] : undefined;
    if (!isFunction(fn)) return null;
    const own = memberOf(name, fn, new Set(), '');
    return [own.arity, own.required, own.parameters];
  }

  /** A function that reads or sets a property of an instance. */
  function property(instance, name, sets) {
    return sets ? (value) => { instance[name] = value; } : () => instance[name];
  }

  /** The files in which the runtime looks for variables that no object has; null where the class saves what it will. */
  function outside() {
    const saving = offered.cls ? offered.cls.prototype : offered.table;
    return isFunction(saving.amino_save) && isFunction(saving.amino_load) ? null : amino.scripts();
  }

  assign(amino, { offer, outside, create, ownMember, property, offered: () => offered, textOf });
})
