/**
 * @template {keyof typeof NAMES} M
 * @template {object} T
 * @param {M} method
 * @param {T} given
 * @returns {T} the options as they were given
 * @throws {import('./errors/tree.js').ArgumentInvalid} one of them is not known, or they are no object
 */
export function optionsOf<M extends keyof typeof NAMES, T extends object>(method: M, given: T): T;
/**
 * @import { AgeOptions, ConnectOptions, CreateManyOptions, CreateOptions, ExplainOptions, KernelsOptions } from './client_options.js'
 * @import { TransactionOptions } from './client_options.js'
 * @import { ListOptions, LogsOptions, MoveOptions, RegisterKindOptions, RegisterOptions, WatchOptions } from './client_options.js'
 */
/**
 * The names of the options of each method.
 * @type {Readonly<{
 *   connect: (keyof ConnectOptions)[],
 *   createWith: (keyof CreateOptions)[],
 *   createMany: (keyof CreateManyOptions)[],
 *   register: (keyof RegisterOptions)[],
 *   registerKind: (keyof RegisterKindOptions)[],
 *   list: (keyof ListOptions)[],
 *   move: (keyof MoveOptions)[],
 *   watch: (keyof WatchOptions)[],
 *   logs: (keyof LogsOptions)[],
 *   kernels: (keyof KernelsOptions)[],
 *   explain: (keyof ExplainOptions)[],
 *   get: (keyof AgeOptions)[],
 *   describe: (keyof AgeOptions)[],
 *   transaction: (keyof TransactionOptions)[],
 * }>}
 */
declare const NAMES: Readonly<{
    connect: (keyof ConnectOptions)[];
    createWith: (keyof CreateOptions)[];
    createMany: (keyof CreateManyOptions)[];
    register: (keyof RegisterOptions)[];
    registerKind: (keyof RegisterKindOptions)[];
    list: (keyof ListOptions)[];
    move: (keyof MoveOptions)[];
    watch: (keyof WatchOptions)[];
    logs: (keyof LogsOptions)[];
    kernels: (keyof KernelsOptions)[];
    explain: (keyof ExplainOptions)[];
    get: (keyof AgeOptions)[];
    describe: (keyof AgeOptions)[];
    transaction: (keyof TransactionOptions)[];
}>;
import type { ConnectOptions } from './client_options.js';
import type { CreateOptions } from './client_options.js';
import type { CreateManyOptions } from './client_options.js';
import type { RegisterOptions } from './client_options.js';
import type { RegisterKindOptions } from './client_options.js';
import type { ListOptions } from './client_options.js';
import type { MoveOptions } from './client_options.js';
import type { WatchOptions } from './client_options.js';
import type { LogsOptions } from './client_options.js';
import type { KernelsOptions } from './client_options.js';
import type { ExplainOptions } from './client_options.js';
import type { AgeOptions } from './client_options.js';
import type { TransactionOptions } from './client_options.js';
export {};
