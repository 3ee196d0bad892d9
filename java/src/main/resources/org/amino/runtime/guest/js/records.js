// Maps whose keys an ordinary object would list in another order than theirs (docs/wire.md, section 1).
(function (host, amino) {
  'use strict';

  /**
   * An object that lists its keys in the order in which they were put. JavaScript lists keys such as `"10"` first and by their number; access
   * through this is slower, so it is made only for maps that have such keys out of that order.
   */
  function orderedRecord() {
    const order = new Set();
    return new Proxy({}, {
      defineProperty(record, key, property) {
        const defined = Reflect.defineProperty(record, key, property);
        if (defined && typeof key === 'string') order.add(key);
        return defined;
      },
      deleteProperty(record, key) {
        const deleted = Reflect.deleteProperty(record, key);
        if (deleted) order.delete(key);
        return deleted;
      },
      ownKeys: (record) => [...order, ...Object.getOwnPropertySymbols(record)],
    });
  }

  amino.build.ordered = (...pairs) => amino.build.put(orderedRecord(), ...pairs);
})
