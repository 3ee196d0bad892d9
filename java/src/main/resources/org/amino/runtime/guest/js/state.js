// The state of an instance, as values (docs/bridge.md, `snapshot`): its fields, and marks that say what plain values cannot.
// A mark is [path, kind, detail]; a path leads from the fields through keys and positions.
(function (host, amino) {
  'use strict';
  const { next } = amino.builtins;
  const MAP = 1, LIST = 0, BYTES = 5;
  const VIEWS = ['Int8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array', 'Float32Array', 'Float64Array',
    'BigInt64Array', 'BigUint64Array', 'DataView', 'ArrayBuffer'];
  const ERRORS = ['Error', 'TypeError', 'RangeError', 'SyntaxError', 'ReferenceError', 'EvalError', 'URIError', 'AggregateError'];

  /** Every class and function at the top level of the artifact's modules, by `file#name`. */
  function registry() {
    const names = new Map();
    const add = (path, table) => {
      for (const [name, value] of Object.entries(table ?? {})) {
        if (typeof value === 'function' && !names.has(value)) names.set(value, `${path}#${name}`);
      }
    };
    const offered = amino.offered();
    if (offered.cls) names.set(offered.cls, '#');
    for (const [path, namespace] of amino.namespaces ?? []) {
      add(path, namespace.__amino_top__);
      add(path, namespace);
    }
    for (const [path, module] of amino.modules) {
      add(path, module.top);
      if (typeof module.exports === 'function') add(path, { 'module.exports': module.exports });
      if (typeof module.exports === 'object') add(path, module.exports);
    }
    for (const name of ERRORS) names.set(globalThis[name], `global#${name}`);
    names.set(amino.api.Error, 'global#amino.Error');
    return names;
  }

  function privateNames(cls) {
    const found = new Set();
    for (let c = cls; typeof c === 'function' && c !== Function.prototype; c = Object.getPrototypeOf(c)) {
      const code = amino.textOf(c).replace(/\/\*[\s\S]*?\*\/|\/\/.*$|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/gm, '');
      if (code.startsWith('class')) for (const match of code.matchAll(/(?:^|[;{}\s])(?:static\s+)?(#[A-Za-z_$][\w$]*)\s*(?=[=;\n}])/g)) found.add(match[1]);
    }
    return found;
  }

  /** Walks an instance. What cannot be kept is listed instead of refused. */
  class Capture extends amino.Flattening {
    constructor(instance) {
      super('', undefined);
      this.instance = instance;
      this.marks = [];
      this.lost = [];
      this.names = registry();
      this.atoms = new Map();
    }

    mark(kind, detail) {
      this.marks.push([LIST, [LIST, ...this.path], kind, detail]);
    }

    lose(what) {
      let text = '';
      for (const part of this.path) text += typeof part === 'number' ? `[${part}]` : (text === '' ? '' : '.') + part;
      this.lost.push(text === '' ? what : `${text} (${what})`);
      return null;
    }

    primitive(value) {
      switch (typeof value) {
        case 'undefined':
          this.mark('undefined', null);
          return null;
        case 'bigint':
          this.mark('bigint', null);
          return super.primitive(value);
        case 'string':
          return value.isWellFormed() ? value : this.lose('a string with a lone surrogate');
        case 'symbol':
          return this.lose('a symbol');
        case 'function': {
          const name = this.names.get(value);
          if (name === undefined) return this.lose('a function');
          this.mark('function', name);
          return null;
        }
        default:
          return super.primitive(value);
      }
    }

    atom(value) {
      if (value === this.instance) return undefined;
      const earlier = this.atoms.get(value);
      if (earlier !== undefined) {
        this.mark('same', earlier);
        return [LIST];
      }
      if (value instanceof Error) return undefined;
      const view = VIEWS.find((name) => value instanceof globalThis[name]);
      if (view !== undefined) this.mark('view', view);
      const atom = view === undefined ? super.atom(value) : this.bytes(value);
      if (atom !== undefined) this.atoms.set(value, [LIST, ...this.path]);
      return atom;
    }

    bytes(value) {
      return value instanceof ArrayBuffer ? [BYTES, value, 0, value.byteLength] : [BYTES, value.buffer, value.byteOffset, value.byteLength];
    }

    other(value) {
      if (value instanceof amino.Named) return super.other(value);
      if (value instanceof RegExp) {
        this.mark('regexp', [LIST, value.source, value.flags, value.lastIndex]);
        return [LIST];
      }
      if (value instanceof Date && Number.isNaN(value.getTime())) {
        this.mark('invalid date', null);
        return [LIST];
      }
      const cls = Object.getPrototypeOf(value)?.constructor;
      if (this.names.has(cls)) return undefined;
      return this.lose(`an instance of ${cls?.name || 'an unnamed class'}, which is not at the top level of a module`);
    }

    *container(value, tree) {
      const steps = super.container(value, tree);
      const cls = Object.getPrototypeOf(value)?.constructor;
      const plain = [Object, Array, Map, Set, undefined].includes(cls);
      if (!plain && value !== this.instance) this.mark('class', this.names.get(cls) ?? this.lose(`its class ${cls.name}`));
      if (!plain) for (const name of privateNames(cls)) this.lost.push([...this.path, name].join('.'));
      const named = value instanceof Map && [...value.keys()].every((key) => typeof key === 'string');
      if (named) this.mark('named map', null);
      for (let step = next(steps); !step.done; step = next(steps)) yield step.value;
      // A map whose keys are all strings arrives as a plain object (docs/wire.md); one more key keeps it a Map.
      if (named) tree.push(null, null);
      const indexed = Array.isArray(value) || value instanceof Map || value instanceof Set;
      if (indexed && Object.keys(value).some((key) => !Array.isArray(value) || !/^\d+$/.test(key))) this.lose('fields of a collection');
    }

    *properties(value, tree) {
      tree.push(MAP);
      for (const key of Reflect.ownKeys(value)) {
        if (typeof key === 'symbol') {
          this.lose(String(key));
          continue;
        }
        const property = Object.getOwnPropertyDescriptor(value, key);
        if (property.get || property.set) {
          this.path.push(key);
          this.lose('an accessor');
          this.path.pop();
        } else if (value !== this.instance || !this.method(key, property.value)) {
          tree.push(key);
          yield { part: key, value: property.value };
        }
      }
    }

    /** The functions of a module that stands as an object: they come with the artifact, not with the state. */
    method(key, value) {
      return amino.offered().table?.[key] === value && typeof value === 'function';
    }

    key(key) {
      if (typeof key === 'object' && key !== null && amino.referenceOf(key) === undefined) return this.lose('an object as key');
      return super.key(key);
    }
  }

  function moduleVariables() {
    const { table, source } = amino.offered();
    if (table === undefined) return [];
    return [...source.matchAll(/^(?:export\s+)?(?:let|var)\s+([A-Za-z_$][\w$]*)/gm)].map((match) => `module variable ${match[1]}`);
  }

  /** `[format, tree, lost]`. */
  function snapshot(instance) {
    if (typeof instance.amino_save === 'function' && typeof instance.amino_load === 'function') {
      return ['hooks', amino.flatten(instance.amino_save(), 'state'), []];
    }
    const capture = new Capture(instance);
    const fields = capture.visit(instance);
    const whole = [MAP, 'fields', fields, 'marks', [LIST, ...capture.marks]];
    return ['values', capture.finish(whole), [...capture.lost, ...moduleVariables()]];
  }

  function parentOf(fields, path) {
    let at = fields;
    for (const part of path.slice(0, -1)) at = step(at, part);
    return at;
  }

  function step(at, part) {
    if (at instanceof Map) return typeof part === 'string' && at.has(part) ? at.get(part) : [...at.values()][part];
    return at instanceof Set ? [...at][part] : at[part];
  }

  function replace(fields, path, value) {
    const parent = parentOf(fields, path);
    const part = path.at(-1);
    if (parent instanceof Map) parent.set(typeof part === 'string' && parent.has(part) ? part : [...parent.keys()][part], value);
    else if (parent instanceof Set) {
      const items = [...parent];
      items[part] = value;
      parent.clear();
      for (const item of items) parent.add(item);
    } else Object.defineProperty(parent, part, { value, writable: true, enumerable: true, configurable: true });
  }

  const reach = (fields, path) => path.reduce(step, fields);

  function viewOf(name, bytes) {
    const buffer = bytes.slice().buffer;
    return name === 'ArrayBuffer' ? buffer : new globalThis[name](buffer);
  }

  function apply(fields, path, kind, detail, byName) {
    if (kind === 'class') Object.setPrototypeOf(reach(fields, path), byName(detail).prototype);
    else if (kind === 'undefined') replace(fields, path, undefined);
    else if (kind === 'bigint') replace(fields, path, BigInt(reach(fields, path)));
    else if (kind === 'function') replace(fields, path, byName(detail));
    else if (kind === 'view') replace(fields, path, viewOf(detail, reach(fields, path)));
    else if (kind === 'regexp') replace(fields, path, Object.assign(new RegExp(detail[0], detail[1]), { lastIndex: detail[2] }));
    else if (kind === 'invalid date') replace(fields, path, new Date(NaN));
    else if (kind === 'named map') reach(fields, path).delete(null);
    else if (kind === 'same') replace(fields, path, reach(fields, detail));
  }

  function construct(cls) {
    try {
      return new cls();
    } catch {
      return Object.create(cls.prototype);
    }
  }

  /** An instance with the fields that a snapshot holds. Its constructor does not run, unless the state came from `amino_save`. */
  function restore(id, format, data) {
    const { cls, table } = amino.offered();
    let instance;
    if (format === 'hooks') {
      instance = cls ? construct(cls) : Object.assign({}, table);
      amino.Identity.change(instance, id);
      instance.amino_load(data);
      return instance;
    }
    if (format !== 'values') throw amino.invalid(`a state of format ${format} cannot be restored in JavaScript`);
    const names = new Map([...registry()].map(([value, name]) => [name, value]));
    const byName = (name) => {
      if (!names.has(name)) throw amino.invalid(`the state holds an instance of ${name}, which this artifact does not have`);
      return names.get(name);
    };
    instance = data.fields;
    for (const [path, kind, detail] of data.marks ?? []) apply(instance, path, kind, detail, byName);
    if (cls) Object.setPrototypeOf(instance, cls.prototype);
    else Object.assign(instance, table);
    amino.Identity.change(instance, id);
    return instance;
  }

  Object.assign(amino, { snapshot, restore });
})
