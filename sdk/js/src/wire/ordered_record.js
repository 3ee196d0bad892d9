const LARGEST_INDEX = 4294967294;

/**
 * Whether JavaScript sorts a key of an object by its number instead of keeping it where it was put.
 * @param {string} key
 * @returns {boolean}
 */
export function isIndex(key) {
  const first = key.charCodeAt(0);
  if (!(first >= 0x30 && first <= 0x39) || key.length > 10) return false;
  const number = Number(key);
  return number <= LARGEST_INDEX && String(number) === key;
}

/**
 * An object whose keys are listed in a given order, for maps with keys such as `"10"` before `"9"`: ordinary objects list those first, sorted, and
 * maps keep their order (docs/wire.md, section 1). Made only where an ordinary object would not do, since access through it is slower.
 * @param {Record<string, unknown>} record
 * @param {readonly string[]} keys all keys of the record, in their order
 * @returns {Record<string, unknown>}
 */
export function orderedRecord(record, keys) {
  const order = new Set(keys);
  return new Proxy(record, {
    defineProperty(target, key, property) {
      if (typeof key === 'string') order.add(key);
      return Reflect.defineProperty(target, key, property);
    },
    deleteProperty(target, key) {
      if (typeof key === 'string') order.delete(key);
      return Reflect.deleteProperty(target, key);
    },
    ownKeys: (target) => [...order, ...Object.getOwnPropertySymbols(target)],
  });
}
