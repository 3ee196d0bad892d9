// Makes the objects of a state's graph: first all of them without content, so that each may hold any other, then what
// is in them (docs/bridge.md, `snapshot`).
(function (host, amino) {
  'use strict';
  const { mapSet, setAdd, fill } = amino.builtins;
  const { ArrayBuffer, BigInt, Date, Error, Map, Object, RegExp, Set, SharedArrayBuffer, Symbol,
    Uint8Array } = globalThis;
  const { assign, create, defineProperty, preventExtensions, setPrototypeOf } = Object;
  const { construct, ownKeys, deleteProperty } = Reflect;
  const { for: registered } = Symbol;
  const { Input, SLOT, KIND, REST, FLAG, views } = amino.graph;
  const { reference } = amino.build;
  const HOLE = {};

  class Restoration {
    constructor(bytes) {
      const input = new Input(bytes);
      if (input.byte() !== 1) {
        throw amino.invalid('the state was written by a later version of Amino; restore it with that version');
      }
      this.texts = readAll(input, (from) => from.text());
      const names = amino.graph.names();
      this.named = readAll(input, (from) => names.find(this.texts[from.count()]));
      this.shapes = readAll(input, (from) => this.shape(from));
      this.count = input.count();
      this.shells = input.section();
      this.fills = input.section();
      this.nodes = [];
      this.marks = [];
      this.views = [];
      this.hooked = [];
    }

    shape(from) {
      const prototype = this.slot(from);
      const keys = [];
      const size = from.count();
      const model = create(prototype);
      let simple = true;
      for (let i = 0; i < size; i++) {
        keys[i] = this.texts[from.count()];
        simple &&= !(keys[i] in model);
      }
      return { prototype, keys, simple };
    }

    /** Makes everything and gives the root. */
    run() {
      for (let i = 0; i < this.count; i++) this.nodes[i] = this.shell(i);
      for (let i = 0; i < this.views.length; i++) this.view(this.views[i]);
      for (let i = 0; i < this.count; i++) this.fill(i);
      for (let i = this.hooked.length - 1; i >= 0; i--) this.hooked[i].object.amino_load(this.hooked[i].state);
      return this.nodes[0];
    }

    slot(from) {
      const kind = from.byte();
      switch (kind) {
        case SLOT.UNDEFINED: return undefined;
        case SLOT.NULL: return null;
        case SLOT.TRUE: return true;
        case SLOT.FALSE: return false;
        case SLOT.POSITIVE: return from.count();
        case SLOT.NEGATIVE: return -from.count();
        case SLOT.DOUBLE: return from.double();
        case SLOT.NAN: return NaN;
        case SLOT.TEXT: return this.texts[from.count()];
        case SLOT.BIG: return BigInt(`0x${this.texts[from.count()]}`);
        case SLOT.NEGATIVE_BIG: return -BigInt(`0x${this.texts[from.count()]}`);
        case SLOT.NODE: return this.nodes[from.count()];
        case SLOT.NAMED: return this.named[from.count()];
        case SLOT.SYMBOL: return registered(this.texts[from.count()]);
        default: return HOLE;
      }
    }

    shell(i) {
      const from = this.shells;
      const kind = from.byte();
      this.marks[i] = kind;
      switch (kind) {
        case KIND.SHAPED: {
          const shape = this.shapes[from.count()];
          this.marks[i] = shape;
          return create(shape.prototype);
        }
        case KIND.PLAIN: return {};
        case KIND.TABLE: return assign({}, amino.offered().table);
        case KIND.ARRAY: return [];
        case KIND.MAP: return new Map();
        case KIND.SET: return new Set();
        case KIND.DATE: return new Date(this.slot(from));
        case KIND.REGEXP: return new RegExp(this.texts[from.count()], this.texts[from.count()]);
        case KIND.BUFFER: return this.buffer(from);
        case KIND.SHARED: return copied(new SharedArrayBuffer(from.count()), from);
        case KIND.VIEW: {
          const view = { number: i, View: views[from.byte()], node: 0, buffer: undefined, offset: 0, length: 0 };
          from.byte();
          view.node = from.count();
          view.offset = from.count();
          view.length = from.count();
          this.views[this.views.length] = view;
          return undefined;
        }
        case KIND.ERROR: return bareError();
        case KIND.BOXED: return Object(this.slot(from));
        case KIND.REFERENCE: return reference(this.slot(from), this.slot(from), this.slot(from), this.slot(from));
        case KIND.RECORD: return amino.build.ordered();
        default: return this.constructed(from);
      }
    }

    /** An object whose class has `amino_load`: made as its class makes it without arguments. */
    constructed(from) {
      const prototype = this.slot(from);
      return amino.construct(prototype.constructor);
    }

    buffer(from) {
      const largest = from.count();
      const size = from.count();
      const options = largest === 0 ? undefined : { __proto__: null, maxByteLength: largest - 1 };
      const made = new ArrayBuffer(size, options);
      fill(new Uint8Array(made), from.raw(size));
      return made;
    }

    view({ number, View, node, offset, length }) {
      this.nodes[number] = new View(this.nodes[node], offset, length);
    }

    fill(i) {
      const mark = this.marks[i];
      const object = this.nodes[i];
      const from = this.fills;
      if (typeof mark === 'object') {
        this.fields(object, mark, from);
        return;
      }
      switch (mark) {
        case KIND.REFERENCE: return;
        case KIND.HOOKED:
          this.hooked[this.hooked.length] = { object, state: this.slot(from) };
          return;
        case KIND.ARRAY:
          if (from.byte() === 0) this.items(object, from);
          break;
        case KIND.MAP:
          for (let left = from.count(); left > 0; left--) mapSet(object, this.slot(from), this.slot(from));
          break;
        case KIND.SET:
          for (let left = from.count(); left > 0; left--) setAdd(object, this.slot(from));
          break;
        case KIND.ERROR: {
          const record = this.slot(from);
          if (record !== undefined) amino.remember(object, record);
        }
      }
      this.rest(object, from);
    }

    fields(object, { keys, simple }, from) {
      if (simple) for (let i = 0; i < keys.length; i++) object[keys[i]] = this.slot(from);
      else for (let i = 0; i < keys.length; i++) define(object, keys[i], this.slot(from), FLAG.ALL);
    }

    items(object, from) {
      const length = from.count();
      for (let i = 0; i < length; i++) {
        const item = this.slot(from);
        if (item !== HOLE) object[i] = item;
      }
      if (object.length !== length) object.length = length;
    }

    rest(object, from) {
      const flags = from.byte();
      if (flags & REST.PROTOTYPE) setPrototypeOf(object, this.slot(from));
      if (flags & REST.PROPERTIES) for (let left = from.count(); left > 0; left--) this.property(object, from);
      if (flags & REST.PRIVATE) for (let left = from.count(); left > 0; left--) this.privates(object, from);
      if (flags & REST.FIXED) preventExtensions(object);
    }

    privates(object, from) {
      const cls = this.slot(from);
      const name = this.texts[from.count()];
      const value = this.slot(from);
      if (!host.givePrivate(object, cls, name, value)) {
        throw amino.invalid(`the state holds ${name || 'private methods'} of ${cls.name}, which the class does not have here`);
      }
    }

    property(object, from) {
      const key = this.slot(from);
      const flags = from.byte();
      if (flags & FLAG.ACCESSOR) {
        const enumerable = (flags & FLAG.ENUMERABLE) !== 0;
        const configurable = (flags & FLAG.CONFIGURABLE) !== 0;
        const accessor = { __proto__: null, get: this.slot(from), set: this.slot(from), enumerable, configurable };
        if (key !== HOLE) defineProperty(object, key, accessor);
      } else {
        const value = this.slot(from);
        if (key !== HOLE) define(object, key, value, flags);
      }
    }
  }

  function readAll(input, read) {
    const size = input.count();
    const from = input.section();
    const all = [];
    for (let i = 0; i < size; i++) all[i] = read(from);
    return all;
  }

  function copied(buffer, from) {
    const target = new Uint8Array(buffer);
    fill(target, from.raw(target.length));
    return buffer;
  }

  function define(object, key, value, flags) {
    const writable = (flags & FLAG.WRITABLE) !== 0;
    const enumerable = (flags & FLAG.ENUMERABLE) !== 0;
    const configurable = (flags & FLAG.CONFIGURABLE) !== 0;
    defineProperty(object, key, { __proto__: null, value, writable, enumerable, configurable });
  }

  /** An error without the properties that its making gives it: the state says which it had, and in which order. */
  function bareError() {
    const error = new Error();
    const keys = ownKeys(error);
    for (let i = 0; i < keys.length; i++) deleteProperty(error, keys[i]);
    return error;
  }

  amino.construct = (cls) => {
    try {
      return new cls();
    } catch {
      return create(cls.prototype);
    }
  };
  amino.graph.restore = (bytes) => new Restoration(bytes).run();
})
