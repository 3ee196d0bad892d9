// Timers as browsers and Node have them, within a call: they run while the member that set them waits for its promise.
(function (host, amino) {
  'use strict';
  const { PrivateMap, then } = amino.builtins;
  const { Error, Math, Number, Promise, TypeError } = globalThis;
  // Functions of their own: nothing that a guest can ask for leads to `host`.
  const later = host.later;
  const { bound } = amino.inTransaction;
  const LONGEST = 2 ** 31 - 1;
  const resolved = Promise.resolve();
  /** By handle: what takes the timer back. */
  const timers = new PrivateMap();
  let handles = 0;

  function milliseconds(delay) {
    const number = Number(delay);
    return number >= 1 && number <= LONGEST ? Math.trunc(number) : 1;
  }

  function requireFunction(name, callback) {
    if (typeof callback !== 'function') throw new TypeError(`${name} takes a function, not ${callback === null ? 'null' : typeof callback}`);
  }

  function arm(handle, delay, work) {
    const inside = bound(work);
    const cancel = later(delay, () => {
      try {
        inside();
        return null;
      } catch (error) {
        return amino.describeThrown(error);
      }
    });
    timers.set(handle, amino.settle(cancel));
  }

  function set(name, callback, delay, args, repeats) {
    requireFunction(name, callback);
    const handle = ++handles;
    const run = () => {
      if (repeats) arm(handle, delay, run);
      else timers.delete(handle);
      callback(...args);
    };
    arm(handle, delay, run);
    return handle;
  }

  function clear(handle) {
    const cancel = timers.get(handle);
    if (cancel === undefined) return;
    timers.delete(handle);
    cancel();
  }

  function raiseLater(error) {
    // As an exception of a timer: it ends the call.
    set('queueMicrotask', () => { throw error; }, 1, [], false);
  }

  const offered = {
    setTimeout: (callback, delay, ...args) => set('setTimeout', callback, milliseconds(delay), args, false),
    setInterval: (callback, delay, ...args) => set('setInterval', callback, milliseconds(delay), args, true),
    setImmediate: (callback, ...args) => set('setImmediate', callback, 0, args, false),
    clearTimeout: clear,
    clearInterval: clear,
    clearImmediate: clear,
    queueMicrotask(callback) {
      requireFunction('queueMicrotask', callback);
      then(then(resolved, () => callback()), undefined, raiseLater);
    },
  };
  for (const name in offered) {
    Object.defineProperty(globalThis, name, { value: offered[name], writable: true, enumerable: false, configurable: true });
  }
})
