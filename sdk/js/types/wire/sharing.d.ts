/** @typedef {import('./encode.js').ToReference} ToReference */
/**
 * The nodes of a value's graph form: the value itself, then every container that is met more than once, in the order of first meeting.
 * Walks without recursion, since a chain of shared containers may be longer than the call stack.
 * @param {object} root
 * @param {ToReference} toReference
 * @returns {object[]}
 */
export function sharedContainers(root: object, toReference: ToReference): object[];
export type ToReference = import("./encode.js").ToReference;
