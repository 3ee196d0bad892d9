import { knownOptions } from './objects/option_names.js';

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
const NAMES = {
  connect: ['deadline', 'values', 'transport', 'clientId', 'nextAfter'],
  createWith: ['name', 'kwargs', 'select', 'labels', 'ttl'],
  createMany: ['names', 'kwargs', 'select', 'labels', 'ttl'],
  register: [
    'language', 'entry', 'className', 'args', 'kwargs', 'deploymentManagers', 'select', 'labels', 'concurrent',
    'ownContext', 'idle', 'replace', 'discardState',
  ],
  registerKind: [
    'language', 'entry', 'className', 'args', 'kwargs', 'keyArgument', 'deploymentManagers', 'select', 'labels',
    'concurrent', 'ownContext', 'idle', 'replace',
  ],
  list: ['select', 'kernel', 'nameless', 'limit'],
  move: ['select', 'replica', 'allowLossy'],
  watch: ['fromRevision', 'signal'],
  logs: ['tail', 'follow', 'level', 'since', 'cluster', 'signal'],
  kernels: ['includeDead'],
  explain: ['deploymentManagers'],
  get: ['age', 'outageAge'],
  describe: ['age', 'outageAge'],
  transaction: ['timeout', 'tries'],
};

/**
 * @template {keyof typeof NAMES} M
 * @template {object} T
 * @param {M} method
 * @param {T} given
 * @returns {T} the options as they were given
 * @throws {import('./errors/tree.js').ArgumentInvalid} one of them is not known, or they are no object
 */
export function optionsOf(method, given) {
  return knownOptions(method, NAMES[method], given);
}
