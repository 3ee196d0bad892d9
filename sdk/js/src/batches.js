import { inspect } from 'node:util';
import { ArgumentInvalid } from './errors/tree.js';

/**
 * @import { CreateManyOptions } from './client_options.js'
 * @import { Codec } from './wire/codec.js'
 */

/**
 * One of the objects that a request makes, as a message.
 * @typedef {{ name: string, args: Uint8Array, kwargs: Uint8Array }} Instance
 */

/** How many objects one request makes. */
const BATCH = 500;

/**
 * @param {Iterable<readonly unknown[]>} argumentLists one array for each new object
 * @param {Pick<CreateManyOptions, 'names' | 'kwargs'>} options
 * @param {Codec} codec
 * @returns {Instance[][]} what each request makes, in the order of the arguments
 * @throws {TypeError} the arguments are no arrays
 * @throws {import('./errors/tree.js').InvalidRequest} ArgumentInvalid: there are not as many names as objects; ValueInvalid: an argument cannot travel
 */
export function batchesOf(argumentLists, { names = [], kwargs = {} }, codec) {
  const lists = arraysOf(argumentLists);
  if (names.length > 0 && names.length !== lists.length) {
    throw new ArgumentInvalid(`${names.length} names were given for ${lists.length} objects; give one for each, or none at all`);
  }
  const named = codec.encode(kwargs, 'kwargs');
  const instances = lists.map((args, index) => ({ name: names[index] ?? '', args: codec.encodeArray(args, `argumentLists[${index}]`), kwargs: named }));
  const count = Math.ceil(instances.length / BATCH);
  return Array.from({ length: count }, (_, number) => instances.slice(number * BATCH, (number + 1) * BATCH));
}

/**
 * @param {Iterable<readonly unknown[]>} argumentLists
 * @returns {(readonly unknown[])[]}
 * @throws {TypeError}
 */
function arraysOf(argumentLists) {
  if (typeof argumentLists?.[Symbol.iterator] !== 'function') {
    throw new TypeError(`argumentLists has one array of arguments for each new object; it cannot be ${inspect(argumentLists)}`);
  }
  const lists = [...argumentLists];
  const stray = lists.findIndex((list) => !Array.isArray(list));
  if (stray >= 0) throw new TypeError(`argumentLists[${stray}] must be an array of a constructor's arguments, not ${inspect(lists[stray])}`);
  return lists;
}

/**
 * Works through a list, several items at once. When an item fails, no further one is begun.
 * @template T
 * @param {readonly T[]} items
 * @param {number} width how many at once
 * @param {(item: T, index: number) => Promise<unknown>} work
 * @returns {Promise<void>}
 * @throws {unknown} what the first item to fail threw, when all that had begun have ended
 */
export async function workThrough(items, width, work) {
  const rest = items.entries();
  /** @type {unknown[]} */
  const problems = [];
  const worker = async () => {
    for (const [index, item] of rest) {
      await work(item, index).catch((error) => problems.push(error));
      if (problems.length > 0) return;
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  if (problems.length > 0) throw problems[0];
}
