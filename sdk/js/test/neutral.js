import { Duration, Named, Reference, Timestamp, errorOfCode, referenceOf } from '../src/index.js';
import { OUTCOMES } from '../src/protocol.js';
import { NO_HOOKS } from '../src/wire/hooks.js';
import { nativeOfNamed } from '../src/wire/natives.js';
import { isPlainObject } from '../src/wire/shapes.js';

/** @typedef {Record<string, any>} Described the neutral form of `tests/conformance/values.json` */

/**
 * @param {Described} described
 * @param {Map<string, object>} [labels] containers met so far
 * @returns {any} the JavaScript value
 */
export function build(described, labels = new Map()) {
  const [kind, content] = /** @type {[string, any]} */ (Object.entries(described).find(([key]) => key !== 'label'));
  const label = (/** @type {object} */ container) => {
    if (described.label !== undefined) labels.set(described.label, container);
    return /** @type {any} */ (container);
  };
  const part = (/** @type {Described} */ one) => build(one, labels);
  switch (kind) {
    case 'list': {
      const list = label([]);
      for (const item of content) list.push(part(item));
      return list;
    }
    case 'map': return buildMap(content, label, part);
    case 'set': {
      const set = label(new Set());
      for (const item of content) set.add(part(item));
      return set;
    }
    case 'same': return labels.get(content);
    case 'nest': return nested(content[0], content[1]);
    case 'error': return buildError(content, part);
    case 'named': return nativeOfNamed(new Named(content[0], build(content[1])));
    default: return leaf(kind, content);
  }
}

/**
 * @param {[Described, Described][]} pairs
 * @param {(container: object) => any} label
 * @param {(described: Described) => any} part
 */
function buildMap(pairs, label, part) {
  const digits = pairs.some(([key]) => /^\d+$/.test(key.string ?? ''));
  if (!pairs.every(([key]) => 'string' in key) || digits) {
    const map = label(new Map());
    for (const [key, item] of pairs) map.set(part(key), part(item));
    return map;
  }
  const record = label({});
  for (const [key, item] of pairs) {
    Object.defineProperty(record, key.string, { value: part(item), writable: true, enumerable: true, configurable: true });
  }
  return record;
}

/**
 * @param {any[]} parts
 * @param {(described: Described) => any} part
 * @returns {Error}
 */
function buildError([code, type, message, stack, details, cause, outcome, errors = []], part) {
  const parts = { type, stack, details: details ? part(details) : {}, cause: cause ? part(cause) : null, outcome: OUTCOMES[outcome] };
  return errorOfCode(code, message, { ...parts, errors: errors.map(part) });
}

/**
 * @param {string} kind
 * @param {number} levels
 */
function nested(kind, levels) {
  /** @type {any} */
  let value = kind === 'list' ? [] : kind === 'map' ? {} : new Set();
  for (let level = 1; level < levels; level++) value = kind === 'list' ? [value] : kind === 'map' ? { k: value } : new Set([value]);
  return value;
}

/**
 * @param {string} kind
 * @param {any} content
 */
function leaf(kind, content) {
  switch (kind) {
    case 'null': return null;
    case 'bool': case 'string': return content;
    case 'int': {
      const number = Number(content);
      return Number.isSafeInteger(number) ? number : BigInt(content);
    }
    case 'double': return Buffer.from(content, 'hex').readDoubleBE();
    case 'fill': return content[0].repeat(content[1]);
    case 'bytes': return new Uint8Array(Buffer.from(content, 'hex'));
    case 'timestamp': {
      const timestamp = new Timestamp(BigInt(content));
      return timestamp.toExactDate() ?? timestamp;
    }
    case 'duration': return new Duration(BigInt(content));
    case 'reference': return new Reference(content[0], content[1], Number(content[2]), content[3]);
    case 'function': return () => content;
    case 'surrogate': return '\ud800';
    default: throw new TypeError(`no kind ${kind} in the neutral form`);
  }
}

/**
 * @param {any} value
 * @returns {Described} its description; containers that stand in several places get a label
 */
export function describe(value) {
  const shared = sharedIn(value);
  /** @type {Map<object, string>} */
  const seen = new Map();
  return walk(value);

  /**
   * @param {any} one
   * @returns {Described}
   */
  function walk(one) {
    if (one === null || one === undefined) return { null: null };
    switch (typeof one) {
      case 'boolean': return { bool: one };
      case 'string': return { string: one };
      case 'bigint': return { int: String(one) };
      case 'number': return Number.isSafeInteger(one) && !Object.is(one, -0) ? { int: String(one) } : { double: doubleHex(one) };
      default: return object(one);
    }
  }

  /**
   * @param {any} one
   * @returns {Described}
   */
  function object(one) {
    const reference = one instanceof Reference ? one : referenceOf(one);
    if (reference) return { reference: [reference.id, reference.className, String(reference.epoch), reference.address] };
    if (one instanceof Uint8Array) return { bytes: Buffer.from(one).toString('hex') };
    if (one instanceof Date) return { timestamp: String(BigInt(one.getTime()) * 1_000_000n) };
    if (one instanceof Timestamp) return { timestamp: String(one.nanoseconds) };
    if (one instanceof Duration) return { duration: String(one.nanoseconds) };
    if (one instanceof Error) return { error: payload(one) };
    const named = isContainer(one) ? null : NO_HOOKS.outgoing(one);
    if (named) return { named: [named.name, describe(named.value)] };
    const known = seen.get(one);
    if (known !== undefined) return { same: known };
    /** @type {Described} */
    const label = {};
    if (shared.has(one)) {
      label.label = `c${seen.size}`;
      seen.set(one, label.label);
    }
    if (Array.isArray(one)) return { list: one.map(walk), ...label };
    if (one instanceof Set) return { set: [...one].map(walk), ...label };
    const pairs = one instanceof Map ? [...one] : Object.entries(one);
    return { map: pairs.map(([key, item]) => [walk(key), walk(item)]), ...label };
  }

  /**
   * @param {any} error
   * @returns {any[]}
   */
  function payload(error) {
    const details = Object.keys(error.details ?? {}).length > 0 ? walk(error.details) : null;
    return [
      error.code, error.type, error.message, error.guestStack, details, error.cause ? { error: payload(error.cause) } : null, OUTCOMES.indexOf(error.outcome),
      ...(error.errors.length > 0 ? [error.errors.map((/** @type {any} */ member) => ({ error: payload(member) }))] : []),
    ];
  }
}

/** @param {object} one */
function isContainer(one) {
  return Array.isArray(one) || one instanceof Set || one instanceof Map || isPlainObject(one);
}

/**
 * @param {any} root
 * @returns {Set<object>} containers that stand in more than one place
 */
function sharedIn(root) {
  const once = new Set();
  const twice = new Set();
  const pending = [root];
  while (pending.length > 0) {
    const one = pending.pop();
    if (typeof one !== 'object' || one === null) continue;
    if (one instanceof Error) pending.push(/** @type {any} */ (one).details, one.cause, .../** @type {any} */ (one).errors);
    if (!isContainer(one)) continue;
    if (once.has(one)) {
      twice.add(one);
      continue;
    }
    once.add(one);
    pending.push(...(one instanceof Map || one instanceof Set || Array.isArray(one) ? one.values() : Object.values(one)));
  }
  return twice;
}

/** @param {number} value */
function doubleHex(value) {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(Number.isNaN(value) ? NaN : value);
  return bytes.toString('hex');
}

/**
 * @param {Described} described
 * @returns {Described} the same with what does not matter made equal: the order of a set, the names of labels, the spelling of long values
 */
export function canonical(described) {
  /** @type {Map<string, string>} */
  const names = new Map();
  const used = new Set(JSON.stringify(described).match(/"same":"[^"]*"/g)?.map((text) => text.slice(8, -1)));
  return walk(described);

  /** @param {string} label */
  function name(label) {
    if (!names.has(label)) names.set(label, String(names.size));
    return names.get(label);
  }

  /**
   * @param {any} one
   * @returns {any}
   */
  function walk(one) {
    if (one === null) return null;
    const [kind, content] = /** @type {[string, any]} */ (Object.entries(one).find(([key]) => key !== 'label'));
    const label = used.has(one.label) ? { label: name(one.label) } : {};
    switch (kind) {
      case 'fill': return { string: content[0].repeat(content[1]) };
      case 'nest': return walk(describe(build(one)));
      case 'same': return { same: name(content) };
      case 'list': return { list: content.map(walk), ...label };
      case 'set': return { set: content.map(walk).sort(byText), ...label };
      case 'map': return { map: content.map((/** @type {any[]} */ pair) => pair.map(walk)), ...label };
      case 'named': return { named: [content[0], canonical(content[1])] };
      case 'error': {
        const members = content.slice(7).map((/** @type {any[]} */ group) => group.map(walk));
        return { error: [...content.slice(0, 4), walk(content[4]), walk(content[5]), content[6], ...members] };
      }
      default: return one;
    }
  }
}

/**
 * @param {any} one
 * @param {any} other
 */
function byText(one, other) {
  return JSON.stringify(one) < JSON.stringify(other) ? -1 : 1;
}
