// Captures a state: every object once, as a node that names its class and holds or refers to what is in it
// (docs/bridge.md, `snapshot`). Nodes are written in the order in which they are found, without recursion: a state may
// be as deep as it likes.
(function (host, amino) {
  'use strict';
  const { PrivateMap, PrivateSet, charCodeAt, textOfBigInt } = amino.builtins;
  const { Number, Object, Symbol } = globalThis;
  const { getOwnPropertyDescriptor, getPrototypeOf, isExtensible, hasOwn, is } = Object;
  const { ownKeys } = Reflect;
  const { keyFor } = Symbol;
  const { isInteger } = Number;
  const { Output, Texts, SLOT, KIND, REST, FLAG, usual, className, own, step, HOOKS } = amino.graph;
  const INTEGERS = 2 ** 53 - 1;
  const NAME_SYMBOL = 'name it at the top level of a module, or use Symbol.for';
  const { PROPERTY, KEYS, VALUES, PROTOTYPE, SAVED } = amino.graph.WAY;

  class Capture {
    /**
     * @param {object} root whose state is captured; of another object of the context a reference is kept
     * @param {boolean} compared whether the bytes are compared with others: then they do not depend on how the
     *     engine lays objects out
     */
    constructor(root, compared = false) {
      this.root = root;
      this.compared = compared;
      this.names = amino.graph.names();
      this.texts = new Texts();
      this.places = new PrivateMap();
      this.named = new Output();
      this.shapes = new Output();
      this.shells = new Output();
      this.fills = new Output();
      this.nodes = [root];
      this.numbers = new PrivateMap();
      this.numbers.set(root, 0);
      this.parents = [-1];
      this.ways = [PROPERTY];
      this.parts = [''];
      this.node = 0;
      this.layouts = [];
      this.shapeCount = 0;
      this.lost = [];
      /** Class, name and value by turns: the private fields of the node that is written now. */
      this.privates = [];
      this.proofs = new PrivateSet();
    }

    /** Walks everything. */
    run() {
      const { nodes } = this;
      for (let from = 0; from < nodes.length;) {
        const to = nodes.length;
        const told = host.inspect(nodes, from);
        for (this.node = from; this.node < to; this.node++) {
          const at = 2 * (this.node - from);
          this.write(nodes[this.node], told[at], charCodeAt(told, at + 1));
        }
        from = to;
      }
      return this;
    }

    /** All sections in one piece. */
    bytes() {
      const out = new Output();
      out.byte(1);
      out.count(this.texts.places.size);
      out.section(this.texts.out);
      out.count(this.places.size);
      out.section(this.named);
      out.count(this.shapeCount);
      out.section(this.shapes);
      out.count(this.nodes.length);
      out.section(this.shells);
      out.section(this.fills);
      return out;
    }

    /** The way to a part of the node that is written now, as a program would name it. */
    path(way, part) {
      const steps = [[way, part]];
      for (let node = this.node; node > 0; node = this.parents[node]) {
        steps[steps.length] = [this.ways[node], this.parts[node]];
      }
      let text = '';
      for (let i = steps.length - 1; i >= 0; i--) text += step(text === '', steps[i][0], steps[i][1]);
      return text;
    }

    lose(path, what, why, remedy) {
      this.lost[this.lost.length] = `${path} (${what}: ${why}; ${remedy})`;
    }

    /** Says that the node itself is lost. */
    loseNode(what, why, remedy) {
      const node = this.node;
      this.node = this.parents[node];
      const path = node === 0 ? 'this' : this.path(this.ways[node], this.parts[node]);
      this.node = node;
      this.lose(path, what, why, remedy);
    }

    /** A value inside of the node that is written now. */
    slot(out, value, way, part) {
      switch (typeof value) {
        case 'number':
          this.number(out, value);
          return;
        case 'string':
          out.byte(SLOT.TEXT);
          out.count(this.texts.place(value));
          return;
        case 'undefined':
          out.byte(SLOT.UNDEFINED);
          return;
        case 'boolean':
          out.byte(value ? SLOT.TRUE : SLOT.FALSE);
          return;
        case 'bigint':
          out.byte(value < 0n ? SLOT.NEGATIVE_BIG : SLOT.BIG);
          out.count(this.texts.place(textOfBigInt(value < 0n ? -value : value, 16)));
          return;
        case 'object':
          if (value === null) out.byte(SLOT.NULL);
          else this.object(out, value, way, part);
          return;
        default:
          this.fixed(out, value, way, part);
      }
    }

    number(out, value) {
      if (isInteger(value) && value <= INTEGERS && value >= -INTEGERS && !(value === 0 && is(value, -0))) {
        out.byte(value < 0 ? SLOT.NEGATIVE : SLOT.POSITIVE);
        out.count(value < 0 ? -value : value);
      } else if (value !== value) {
        out.byte(SLOT.NAN);
      } else {
        out.byte(SLOT.DOUBLE);
        out.double(value);
      }
    }

    object(out, value, way, part) {
      let number = this.numbers.get(value);
      if (number === undefined) {
        const name = way === PROTOTYPE ? this.names.ofPrototype(value) : this.names.of(value);
        if (name !== undefined) {
          this.nameSlot(out, name);
          return;
        }
        number = this.add(value, way, part);
      }
      out.byte(SLOT.NODE);
      out.count(number);
    }

    add(value, way, part) {
      const number = this.nodes.length;
      this.numbers.set(value, number);
      this.nodes[number] = value;
      this.parents[number] = this.node;
      this.ways[number] = way;
      this.parts[number] = part;
      return number;
    }

    nameSlot(out, name) {
      let place = this.places.get(name);
      if (place === undefined) {
        place = this.places.size;
        this.places.set(name, place);
        this.named.count(this.texts.place(name));
      }
      out.byte(SLOT.NAMED);
      out.count(place);
    }

    /** A function or a symbol. */
    fixed(out, value, way, part) {
      const name = this.names.of(value);
      if (name !== undefined) {
        this.nameSlot(out, name);
      } else if (typeof value === 'symbol' && keyFor(value) !== undefined) {
        out.byte(SLOT.SYMBOL);
        out.count(this.texts.place(keyFor(value)));
      } else {
        out.byte(SLOT.UNDEFINED);
        const kind = typeof value;
        const remedy = kind === 'function' ? `name it at the top level of a module, or ${HOOKS}` : NAME_SYMBOL;
        const why = kind === 'function' ? 'it stands in no module' : 'no module names it';
        this.lose(this.path(way, part), kind, why, remedy);
      }
    }

    /**
     * Writes a node: a kind that the engine tells, and the number of its layout; 0 where it must be looked at closely.
     */
    write(value, kind, layout) {
      if (kind === 'o' && layout > 0 && value !== this.root && !this.compared && this.shaped(value, layout)) return;
      amino.graph.writeNode(this, value, kind, layout);
    }

    /** An ordinary object with fields only: those of one layout share the list of their names. */
    shaped(value, layout) {
      let known = this.layouts[layout];
      if (known === undefined) this.layouts[layout] = known = layoutOf(value);
      if (known.keys === undefined) return false;
      const prototype = getPrototypeOf(value);
      let shape = known.last === prototype ? known.shape : known.shapes.get(prototype);
      if (shape === undefined) {
        shape = this.newShape(known, prototype);
        known.shapes.set(prototype, shape);
      }
      known.last = prototype;
      known.shape = shape;
      if (shape < 0) return false;
      this.shells.byte(KIND.SHAPED);
      this.shells.count(shape);
      const { keys } = known;
      const { fills } = this;
      for (let i = 0; i < keys.length; i++) this.slot(fills, value[keys[i]], PROPERTY, keys[i]);
      return true;
    }

    /** The number of a new shape, −1 where the prototype has no name. */
    newShape(known, prototype) {
      const name = prototype === null ? null : this.names.ofPrototype(prototype);
      if (name === undefined || amino.graph.hasHooks(prototype)) return -1;
      this.proofs.add(`o ${name}`);
      const out = this.shapes;
      if (name === null) out.byte(SLOT.NULL);
      else this.nameSlot(out, name);
      out.count(known.keys.length);
      for (let i = 0; i < known.keys.length; i++) out.count(this.texts.place(known.keys[i]));
      return this.shapeCount++;
    }

    /**
     * What any object may have besides its content: another prototype than the usual one, properties, private fields,
     * and that it takes no more properties.
     */
    rest(value, standard, keys) {
      const out = this.fills;
      const prototype = getPrototypeOf(value);
      const other = prototype === standard ? 0 : REST.PROTOTYPE;
      const { privates } = this;
      const more = (keys.length === 0 ? 0 : REST.PROPERTIES) + (privates.length === 0 ? 0 : REST.PRIVATE);
      out.byte(other + more + (isExtensible(value) ? 0 : REST.FIXED));
      if (prototype !== standard) this.prototype(value, prototype);
      if (keys.length > 0) {
        out.count(keys.length);
        for (let i = 0; i < keys.length; i++) this.property(value, keys[i]);
      }
      if (privates.length === 0) return;
      out.count(privates.length / 3);
      for (let i = 0; i < privates.length; i += 3) {
        this.fixed(out, privates[i], PROPERTY, '');
        out.count(this.texts.place(privates[i + 1]));
        this.slot(out, privates[i + 2], PROPERTY, privates[i + 1]);
      }
    }

    prototype(value, prototype) {
      const cls = prototype === null ? undefined : own(prototype, 'constructor');
      const isClass = typeof cls === 'function' && own(cls, 'prototype') === prototype;
      if (isClass && this.names.ofPrototype(prototype) === undefined) {
        this.nameSlot(this.fills, 'global#Object.prototype');
        const remedy = `define the class at the top level of a module, or ${HOOKS}`;
        this.loseNode(className(value), 'its class stands in no module', remedy);
        return;
      }
      this.slot(this.fills, prototype, PROTOTYPE, '');
    }

    property(value, key) {
      const out = this.fills;
      const property = getOwnPropertyDescriptor(value, key);
      if (typeof key === 'symbol' && this.names.of(key) === undefined && keyFor(key) === undefined) {
        out.byte(SLOT.HOLE);
        this.lose(this.path(PROPERTY, key), 'symbol', 'no module names it', NAME_SYMBOL);
      } else {
        this.slot(out, key, PROPERTY, key);
      }
      const accessor = !hasOwn(property, 'value');
      out.byte((property.writable ? FLAG.WRITABLE : 0) + (property.enumerable ? FLAG.ENUMERABLE : 0)
        + (property.configurable ? FLAG.CONFIGURABLE : 0) + (accessor ? FLAG.ACCESSOR : 0));
      if (!accessor) {
        this.slot(out, property.value, PROPERTY, key);
        return;
      }
      this.slot(out, property.get, PROPERTY, key);
      this.slot(out, property.set, PROPERTY, key);
    }
  }

  /**
   * The keys of objects of one layout, where all of them are fields that can be changed and more can be added; else
   * none.
   */
  function layoutOf(value) {
    const keys = ownKeys(value);
    let plain = isExtensible(value);
    for (let i = 0; i < keys.length && plain; i++) {
      const property = getOwnPropertyDescriptor(value, keys[i]);
      plain = typeof keys[i] === 'string' && property.writable === true && property.enumerable && property.configurable;
    }
    return { keys: plain ? keys : undefined, shapes: new PrivateMap(), last: undefined, shape: -1 };
  }

  amino.graph.Capture = Capture;
})
