/**
 * @param {Iterable<readonly unknown[]>} argumentLists one array for each new object
 * @param {Pick<CreateManyOptions, 'names' | 'kwargs'>} options
 * @param {Codec} codec
 * @returns {Instance[][]} what each request makes, in the order of the arguments
 * @throws {TypeError} the arguments are no arrays
 * @throws {import('./errors/tree.js').InvalidRequest} ArgumentInvalid: there are not as many names as objects; ValueInvalid: an argument cannot travel
 */
export function batchesOf(argumentLists: Iterable<readonly unknown[]>, { names, kwargs }: Pick<CreateManyOptions, "names" | "kwargs">, codec: Codec): Instance[][];
/**
 * Works through a list, several items at once. When an item fails, no further one is begun.
 * @template T
 * @param {readonly T[]} items
 * @param {number} width how many at once
 * @param {(item: T, index: number) => Promise<unknown>} work
 * @returns {Promise<void>}
 * @throws {unknown} what the first item to fail threw, when all that had begun have ended
 */
export function workThrough<T>(items: readonly T[], width: number, work: (item: T, index: number) => Promise<unknown>): Promise<void>;
/**
 * One of the objects that a request makes, as a message.
 */
export type Instance = {
    name: string;
    args: Uint8Array;
    kwargs: Uint8Array;
};
import type { CreateManyOptions } from './client_options.js';
import type { Codec } from './wire/codec.js';
