// Long parts of the library that few objects use: each is loaded when a program first asks for it.
(function (host, amino) {
  'use strict';
  const { web } = amino;
  const { Object } = globalThis;
  const { defineProperty, getOwnPropertyDescriptor } = Object;
  // A function of its own: nothing that a guest can ask for leads to `host`.
  const { loadAddresses } = host;
  const NAMES = ['URL', 'URLSearchParams'];
  const getters = { __proto__: null };
  let classes;

  function load() {
    if (classes === undefined) loadAddresses();
    return classes;
  }

  for (let i = 0; i < NAMES.length; i++) {
    const name = NAMES[i];
    getters[name] = () => load()[name];
    defineProperty(globalThis, name, {
      __proto__: null, get: getters[name], set: (value) => { web.offer(name, value); }, enumerable: false, configurable: true,
    });
  }

  /** Takes the classes that were loaded. A name to which the program has given something else stays as it is. */
  web.arrived = (loaded) => {
    classes = loaded;
    for (let i = 0; i < NAMES.length; i++) {
      const name = NAMES[i];
      if (getOwnPropertyDescriptor(globalThis, name)?.get === getters[name]) web.offer(name, classes[name]);
      amino.graph.addBuiltIn(name, classes[name]);
    }
  };

  /** Loads what a state refers to by its name, such as `global#URL.prototype`. */
  web.loadNamed = (name) => {
    for (let i = 0; i < NAMES.length; i++) {
      if (name === `global#${NAMES[i]}` || name === `global#${NAMES[i]}.prototype`) load();
    }
  };
})
