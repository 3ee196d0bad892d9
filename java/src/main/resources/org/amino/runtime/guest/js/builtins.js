// The built-ins that the prelude uses, taken before any code of a guest runs: what a guest replaces later changes nothing for the prelude.
(function (host, amino) {
  'use strict';
  const { bind, call } = Function.prototype;
  /** A method as a function whose first argument is `this`. */
  const free = (method) => call.call(bind, call, method);

  /** A collection class with methods of its own, which nobody reaches: for what the prelude remembers. */
  function closed(collection) {
    const own = class extends collection {};
    for (let p = collection.prototype; p !== Object.prototype; p = Object.getPrototypeOf(p)) {
      for (const key of Reflect.ownKeys(p)) {
        if (key !== 'constructor' && !Object.hasOwn(own.prototype, key)) Object.defineProperty(own.prototype, key, Object.getOwnPropertyDescriptor(p, key));
      }
    }
    Object.setPrototypeOf(own.prototype, null);
    Object.freeze(own.prototype);
    return Object.freeze(own);
  }

  const generator = Object.getPrototypeOf(function* () {}).prototype;
  const getter = (prototype, name) => free(Object.getOwnPropertyDescriptor(prototype, name).get);
  const bytes = Object.getPrototypeOf(Uint8Array.prototype);
  const isWellFormed = free(String.prototype.isWellFormed);
  const mapHas = free(Map.prototype.has), mapSet = free(Map.prototype.set), mapEach = free(Map.prototype.forEach);
  const setHas = free(Set.prototype.has), setAdd = free(Set.prototype.add), setEach = free(Set.prototype.forEach);
  const test = free(RegExp.prototype.exec);
  const letters = 'dgimsuvy';
  const flags = ['hasIndices', 'global', 'ignoreCase', 'multiline', 'dotAll', 'unicode', 'unicodeSets', 'sticky']
    .map((name) => getter(RegExp.prototype, name));

  /** The getter `flags` asks the properties of the expression, which a guest can replace; these do not. */
  function flagsOf(pattern) {
    let text = '';
    for (let i = 0; i < flags.length; i++) if (flags[i](pattern)) text += letters[i];
    return text;
  }

  amino.builtins = Object.freeze({
    __proto__: null,
    free,
    PrivateMap: closed(Map),
    PrivateSet: closed(Set),
    PrivateWeakMap: closed(WeakMap),
    PrivateRegistry: closed(FinalizationRegistry),
    deref: free(WeakRef.prototype.deref),
    next: free(generator.next),
    then: free(Promise.prototype.then),
    slice: free(Array.prototype.slice),
    stringSlice: free(String.prototype.slice),
    textOfFunction: free(Function.prototype.toString),
    textOfBigInt: free(BigInt.prototype.toString),
    timeOf: free(Date.prototype.getTime),
    bufferOf: getter(bytes, 'buffer'),
    offsetOf: getter(bytes, 'byteOffset'),
    lengthOf: getter(bytes, 'byteLength'),
    lengthOfBuffer: getter(ArrayBuffer.prototype, 'byteLength'),
    copyOfBytes: free(bytes.slice),
    kindOfView: getter(bytes, Symbol.toStringTag),
    sourceOf: getter(RegExp.prototype, 'source'),
    flagsOf,
    isWellFormed,
    mapHas, mapSet, mapEach, setHas, setAdd, setEach,
    match: test,
    matches: (pattern, text) => test(pattern, text) !== null,
    charCodeAt: free(String.prototype.charCodeAt),
    bigIntOf: free(BigInt.prototype.valueOf),
    fill: free(bytes.set),
    part: free(bytes.subarray),
    setDouble: free(DataView.prototype.setFloat64),
    getDouble: free(DataView.prototype.getFloat64),
    sizeOfShared: getter(SharedArrayBuffer.prototype, 'byteLength'),
    isResizable: getter(ArrayBuffer.prototype, 'resizable'),
    isGrowable: getter(SharedArrayBuffer.prototype, 'growable'),
    largestSize: getter(ArrayBuffer.prototype, 'maxByteLength'),
    isDetached: getter(ArrayBuffer.prototype, 'detached'),
    countOfItems: getter(bytes, 'length'),
    bufferOfView: getter(DataView.prototype, 'buffer'),
    offsetOfView: getter(DataView.prototype, 'byteOffset'),
    lengthOfView: getter(DataView.prototype, 'byteLength'),
    unboxed: [free(Number.prototype.valueOf), free(String.prototype.valueOf), free(Boolean.prototype.valueOf),
      free(BigInt.prototype.valueOf), free(Symbol.prototype.valueOf)],
  });
})
