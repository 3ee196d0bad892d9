import { Named } from './named.js';

/** What JavaScript's own library has of the standard names (docs/values.md). */

/** @typedef {{ new (buffer: ArrayBuffer): ArrayBufferView, name: string, BYTES_PER_ELEMENT: number }} View */

/** @type {Map<string, View>} */
const VIEWS = new Map(/** @type {[string, View][]} */ ([
  ['amino.array.int8', Int8Array], ['amino.array.uint8_clamped', Uint8ClampedArray], ['amino.array.int16', Int16Array],
  ['amino.array.uint16', Uint16Array], ['amino.array.int32', Int32Array], ['amino.array.uint32', Uint32Array],
  ['amino.array.float32', Float32Array], ['amino.array.float64', Float64Array], ['amino.array.int64', BigInt64Array],
  ['amino.array.uint64', BigUint64Array],
]));
/** @type {Map<unknown, string>} */
const NAMES = new Map([...VIEWS].map(([name, view]) => [view, name]));
const LITTLE = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/**
 * @param {object} value
 * @returns {Named | null} how it travels; null for a value of another class
 */
export function nativeToNamed(value) {
  if (value instanceof RegExp) return new Named('amino.regexp', [value.source, value.flags]);
  if (value instanceof URL) return new Named('amino.url', value.href);
  if (!ArrayBuffer.isView(value)) return null;
  const name = NAMES.get(value.constructor);
  return name === undefined ? null : new Named(name, littleEndian(new Uint8Array(value.buffer, value.byteOffset, value.byteLength), VIEWS.get(name)));
}

/**
 * @param {Named} named
 * @returns {unknown} the value of JavaScript's own; the same where it has none, or cannot hold it without loss
 */
export function nativeOfNamed(named) {
  const { name, value } = named;
  const view = VIEWS.get(name);
  if (view) {
    if (!(value instanceof Uint8Array) || value.byteLength % view.BYTES_PER_ELEMENT !== 0) return named;
    return new view(littleEndian(value, view).slice().buffer);
  }
  if (name === 'amino.url') return urlOf(value) ?? named;
  return name === 'amino.regexp' ? regexpOf(value) ?? named : named;
}

/**
 * @param {Uint8Array} bytes
 * @param {View | undefined} view
 * @returns {Uint8Array}
 */
function littleEndian(bytes, view) {
  const size = view?.BYTES_PER_ELEMENT ?? 1;
  if (LITTLE || size === 1) return bytes;
  const turned = bytes.slice();
  for (let at = 0; at < turned.length; at += size) turned.subarray(at, at + size).reverse();
  return turned;
}

/** @param {unknown} text */
function urlOf(text) {
  if (typeof text !== 'string' || !URL.canParse(text)) return null;
  const url = new URL(text);
  return url.href === text ? url : null;
}

/** @param {unknown} parts */
function regexpOf(parts) {
  if (!Array.isArray(parts) || parts.length !== 2 || typeof parts[0] !== 'string' || typeof parts[1] !== 'string') return null;
  try {
    const regexp = new RegExp(parts[0], parts[1]);
    return regexp.source === parts[0] && regexp.flags === parts[1] ? regexp : null;
  } catch {
    return null;
  }
}
