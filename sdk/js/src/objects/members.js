/** @import { Target } from './target.js' */

/** Names that JavaScript, or a tool for it, looks up by itself: a stub that answered them with a member would be taken for a promise, and so on. */
const LOOKED_UP = new Set([
  'then', 'constructor', '__proto__', 'nodeType', 'asymmetricMatch', 'toJSON', 'toString', 'toLocaleString', 'valueOf',
]);
/** Guesses for `withOptions`, in lower case without underscores. */
const GUESSES = new Set([
  'with', 'withoptions', 'withoption', 'withopts', 'withopt', 'withcalloptions', 'withdeadline', 'withtimeout', 'withsignal', 'calloptions',
]);
/** The same, for names that an object may well have: they are refused only where the object is known not to. */
const UNLESS_LISTED = new Set(['options', 'option', 'opts', 'setoptions', 'deadline', 'timeout', 'signal']);

/**
 * @param {string} name
 * @returns {boolean} whether the name is looked up by the language, and no member of an object
 */
export function isLookedUp(name) {
  return LOOKED_UP.has(name);
}

/**
 * @param {string} name
 * @param {Target} target
 * @throws {TypeError} the name is meant for `withOptions`
 */
export function refuseGuess(name, { offered }) {
  const plain = name.replaceAll('_', '').toLowerCase();
  if (!GUESSES.has(plain) && !(UNLESS_LISTED.has(plain) && offered)) return;
  if (offered?.members.some((member) => member.name === name)) return;
  throw new TypeError(`${name} is no member; did you mean stub.withOptions({ deadline: … })? Where the object does have it, use call(stub, '${name}')`);
}
