// Which objects at the top of modules are as their modules made them: those that take no change, and those with
// functions in them that nobody has changed so far. A state names them instead of holding a copy, so that they stay the
// same object. Data at the top of a module is no such object: a state that refers to it holds a copy.
(function (host, amino) {
  'use strict';
  const { PrivateMap, flagsOf } = amino.builtins;
  const { isFrozen, getOwnPropertyDescriptor, hasOwn, is } = Object;
  const { ownKeys } = Reflect;
  /** How deep objects are looked into, and how many properties of one. */
  const DEPTH = 3,
    MOST = 3000;

  const kindOf = (value) => host.inspect([value], 0)[0];

  /**
   * Whether something at the top of a module is the same in every context: a function, a symbol, what takes no change,
   * an object that only is.
   */
  function isFixed(value) {
    if (typeof value === 'function' || typeof value === 'symbol') return true;
    if (typeof value !== 'object' || value === null) return false;
    if (kindOf(value) !== 'o') return false;
    return isFrozen(value) || ownKeys(value).length === 0;
  }

  /** A pattern that does not note where it stands. */
  function isPattern(value) {
    if (typeof value !== 'object' || value === null || kindOf(value) !== 'r') return false;
    const flags = flagsOf(value);
    for (let i = 0; i < flags.length; i++) if (flags[i] === 'g' || flags[i] === 'y') return false;
    return true;
  }

  class Constants {
    constructor() {
      /** By object: its keys and values when its module had been evaluated. */
      this.prints = new PrivateMap();
    }

    /**
     * Notes how an object is now, and how those in it are.
     *
     * @param {Function} found told each function, symbol and object in it, with the way to it
     * @returns whether it holds functions and nothing that can change without a trace
     */
    note(value, way, found, depth = DEPTH) {
      if (this.prints.has(value)) return this.prints.get(value).whole;
      const keys = ownKeys(value);
      const print = { keys, values: [], whole: keys.length <= MOST };
      this.prints.set(value, print);
      let functions = 0;
      for (let i = 0; i < keys.length && i < MOST; i++) {
        const key = keys[i];
        const property = getOwnPropertyDescriptor(value, key);
        const item = property.value;
        print.values[i] = item;
        const known =
          hasOwn(property, 'value') &&
          this.item(item, `${way}.${String(key)}`, found, typeof key === 'string' ? depth - 1 : 0);
        if (!known) print.whole = false;
        if (known && (typeof item === 'function' || (typeof item === 'object' && this.prints.get(item)?.whole)))
          functions++;
      }
      print.whole &&= functions > 0;
      return print.whole;
    }

    /** Whether a part of an object cannot change without a trace. */
    item(item, way, found, depth) {
      if (typeof item === 'function' || typeof item === 'symbol') {
        if (depth >= 0) found(item, way);
        return true;
      }
      if (typeof item !== 'object' || item === null) return true;
      if (isFixed(item) || isPattern(item)) {
        if (depth >= 0) found(item, way);
        return isFixed(item) || isPattern(item);
      }
      if (depth <= 0 || kindOf(item) !== 'o') return false;
      const whole = this.note(item, way, found, depth);
      if (whole) found(item, way);
      return whole;
    }

    /** Whether an object is as it was. */
    isSame(value) {
      const print = this.prints.get(value);
      if (print === undefined || !print.whole) return false;
      const keys = ownKeys(value);
      if (keys.length !== print.keys.length) return false;
      for (let i = 0; i < keys.length; i++) {
        const property = getOwnPropertyDescriptor(value, keys[i]);
        if (keys[i] !== print.keys[i] || !is(property.value, print.values[i])) return false;
        if (this.prints.get(property.value)?.whole === true && !this.isSame(property.value)) return false;
      }
      return true;
    }
  }

  amino.graph.Constants = Constants;
  amino.graph.isFixed = isFixed;
  amino.graph.isPattern = isPattern;
});
