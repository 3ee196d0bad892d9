/**
 * Whether JavaScript sorts a key of an object by its number instead of keeping it where it was put.
 * @param {string} key
 * @returns {boolean}
 */
export function isIndex(key: string): boolean;
/**
 * An object whose keys are listed in a given order, for maps with keys such as `"10"` before `"9"`: ordinary objects list those first, sorted, and
 * maps keep their order (docs/wire.md, section 1). Made only where an ordinary object would not do, since access through it is slower.
 * @param {Record<string, unknown>} record
 * @param {readonly string[]} keys all keys of the record, in their order
 * @returns {Record<string, unknown>}
 */
export function orderedRecord(record: Record<string, unknown>, keys: readonly string[]): Record<string, unknown>;
