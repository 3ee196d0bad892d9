/**
 * Whether an object is a record: made by `{}`, by JSON, without a prototype, or by `{}` of another realm (a `vm` context).
 * @param {object} value
 * @returns {value is Record<string, unknown>}
 */
export function isPlainObject(value) {
  const prototype = /** @type {object | null} */ (Object.getPrototypeOf(value));
  if (prototype === Object.prototype || prototype === null) return true;
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'hasOwnProperty') && Object.hasOwn(prototype, 'isPrototypeOf');
}

/**
 * @param {unknown} value that cannot travel
 * @returns {string} why not, and what could
 */
export function describe(value) {
  if (typeof value === 'function') {
    const kind = /^class\b/.test(Function.prototype.toString.call(value)) ? 'class' : 'function';
    return `a ${kind}${value.name ? ` (${value.name})` : ''} cannot travel; register it as an object and send its stub`;
  }
  if (typeof value === 'symbol') return `a symbol (${String(value)}) cannot travel`;
  if (ArrayBuffer.isView(value)) return `a ${value.constructor.name} cannot travel; send a Uint8Array of its bytes, or an array`;
  if (value instanceof Promise) return 'a promise cannot travel; await it first';
  const name = /** @type {{ constructor?: { name?: string } }} */ (value).constructor?.name || 'class without a name';
  return `an instance of ${name} cannot travel; register its class: new ValueHooks().register(${name}), send a plain object, or send a stub (docs/values.md)`;
}
