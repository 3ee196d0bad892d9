import { errorTree } from './error_tree.js';
import { isPlainObject } from './shapes.js';

/** @typedef {import('./encode.js').ToReference} ToReference */

/**
 * The nodes of a value's graph form: the value itself, then every container that is met more than once, in the order of first meeting.
 * Walks without recursion, since a chain of shared containers may be longer than the call stack.
 * @param {object} root
 * @param {ToReference} toReference
 * @returns {object[]}
 */
export function sharedContainers(root, toReference) {
  /** @type {Map<object, boolean>} containers in the order met; true when met again */
  const met = new Map();
  /** @type {unknown[]} */
  const pending = [root];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value !== 'object' || value === null) continue;
    const parts = partsOf(value, toReference);
    if (!parts) continue;
    if (met.has(value)) {
      met.set(value, true);
      continue;
    }
    if (!(value instanceof Error)) met.set(value, false);
    for (let index = parts.length - 1; index >= 0; index--) pending.push(parts[index]);
  }
  return [root, ...[...met].filter(([container, again]) => again && container !== root).map(([container]) => container)];
}

/**
 * @param {object} value
 * @param {ToReference} toReference
 * @returns {unknown[] | null} what stands in it, or null when nothing can
 */
function partsOf(value, toReference) {
  if (Array.isArray(value)) return value;
  if (isPlainObject(value)) return Object.values(value);
  if (toReference(value)) return null;
  if (value instanceof Map) return [...value.values()];
  if (value instanceof Set) return [...value];
  if (!(value instanceof Error)) return null;
  return detailsIn(errorTree(value));
}

/**
 * @param {import('./error_tree.js').ErrorNode} node
 * @returns {object[]} the details of an error, of its causes and of its members
 */
function detailsIn({ details, cause, errors }) {
  return [...(details ? [details] : []), ...(cause ? detailsIn(cause) : []), ...errors.flatMap(detailsIn)];
}
