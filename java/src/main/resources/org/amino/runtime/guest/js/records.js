// Maps whose keys an ordinary object would list in another order than theirs (docs/wire.md, section 1).
(function (host, amino) {
  'use strict';
  const { PrivateSet, PrivateWeakMap } = amino.builtins;
  const { filled } = amino;
  const { Proxy } = globalThis;
  const { defineProperty: define, deleteProperty: remove, ownKeys } = Reflect;

  const made = new PrivateWeakMap();

  /**
   * An object that lists its keys in the order in which they were put. JavaScript lists keys such as `"10"` first and by their number; access
   * through this is slower, so it is made only for maps that have such keys out of that order.
   */
  function orderedRecord() {
    const order = new PrivateSet();
    const record = new Proxy({}, {
      defineProperty(record, key, property) {
        const defined = define(record, key, property);
        if (defined && typeof key === 'string') order.add(key);
        return defined;
      },
      deleteProperty(record, key) {
        const deleted = remove(record, key);
        if (deleted) order.delete(key);
        return deleted;
      },
      ownKeys(record) {
        const keys = [];
        order.forEach((key) => { keys[keys.length] = key; });
        const own = ownKeys(record);
        for (let i = 0; i < own.length; i++) if (typeof own[i] === 'symbol') keys[keys.length] = own[i];
        return keys;
      },
    });
    made.set(record, true);
    return record;
  }

  amino.isOrdered = (value) => made.has(value);
  amino.build.ordered = (...pairs) => filled(orderedRecord(), pairs);
})
