import { inspect } from 'node:util';
import { ArgumentInvalid } from '../errors/tree.js';

/** @type {Readonly<Record<string, string>>} guesses, in lower case without underscores, by the right names */
const GUESSES = {
  timeout: 'deadline', timeoutms: 'deadline', budget: 'deadline', abortsignal: 'signal', traceparent: 'trace', transactionid: 'transaction',
  managers: 'deploymentManagers', selector: 'select',
};
const SHORTEST_PART = 3;

/** @param {string} name */
function plain(name) {
  return name.replaceAll(/[_-]/g, '').toLowerCase();
}

/**
 * @param {string} one
 * @param {string} other
 * @returns {number} how many letters are to be added, left out, changed or swapped with the next one to make the one the other
 */
function distance(one, other) {
  /** @type {number[][]} by the lengths of the two beginnings */
  const table = [];
  const steps = (/** @type {number} */ row, /** @type {number} */ column) => table[row]?.[column] ?? Infinity;
  for (let row = 0; row <= one.length; row++) {
    const line = [row];
    table.push(line);
    for (let column = 1; column <= other.length; column++) {
      const changed = one[row - 1] === other[column - 1] ? 0 : 1;
      const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1] ? 1 : Infinity;
      line.push(row === 0 ? column : Math.min(
        steps(row - 1, column) + 1, steps(row, column - 1) + 1, steps(row - 1, column - 1) + changed, steps(row - 2, column - 2) + swapped,
      ));
    }
  }
  return steps(one.length, other.length);
}

/**
 * @param {string} stranger
 * @param {readonly string[]} names
 * @returns {string | undefined} the name that was probably meant
 */
function nearest(stranger, names) {
  const written = plain(stranger);
  const guess = GUESSES[written];
  if (guess !== undefined && names.includes(guess)) return guess;
  const [[name, steps] = ['', Infinity]] = names
    .map((known) => /** @type {[string, number]} */ ([known, distance(written, plain(known))]))
    .sort(([, one], [, other]) => one - other);
  if (steps <= Math.max(1, Math.floor(written.length / 3))) return name;
  return written.length >= SHORTEST_PART ? names.find((known) => plain(known).includes(written)) : undefined;
}

/**
 * Refuses options that an operation does not have.
 * @template {object} T
 * @param {string} operation for the message
 * @param {readonly string[]} names of the options that it has
 * @param {T} given
 * @returns {T} the options as they were given
 * @throws {ArgumentInvalid} one of them is not known, or they are no object
 */
export function knownOptions(operation, names, given) {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new ArgumentInvalid(`the options of ${operation} are one object, { ${names[0]}: … }, not ${inspect(given, { depth: 0 })}`);
  }
  const stranger = Object.keys(given).find((name) => !names.includes(name));
  if (stranger === undefined) return given;
  const meant = nearest(stranger, names);
  const advice = meant === undefined ? `options are ${names.join(', ')}` : `did you mean ${meant}?`;
  throw new ArgumentInvalid(`${operation}: there is no option ${stranger}; ${advice}`);
}
