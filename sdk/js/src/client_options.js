/**
 * The options of a client's methods; `known_options.js` has their names for the running program.
 * @import { Transport } from './control/kernel_link.js'
 * @import { ObjectDescription } from './objects/description.js'
 * @import { DeploymentManagerChoice } from './objects/managers.js'
 * @import { Selector } from './objects/selector.js'
 * @import { Duration } from './wire/duration.js'
 */

/**
 * @typedef {object} ConnectOptions
 * @property {number | Duration} [deadline] seconds a call may take when it names no deadline; 60
 * @property {import('./wire/hooks.js').ValueHooks} [values] classes of the program that travel under names (docs/values.md)
 * @property {Transport} [transport] `auto` takes the direct lane where the kernel offers one, and gRPC otherwise; `lane` or `grpc` insist
 * @property {string} [clientId] names the client in the kernels' logs; made up where it is not given
 * @property {number | Duration} [nextAfter] seconds without an answer of one kernel after which the next address is tried; AMINO_NEXT_AFTER, else 1
 */

/**
 * @typedef {object} TransactionOptions
 * @property {number} [timeout] seconds until it ends without effect, unless it is committed by then; 60
 * @property {number} [tries] how often the block is run at most, where it fails because of others that run at the same time; 1
 */

/**
 * @typedef {object} AgeOptions
 * @property {number | Duration} [age] seconds: how old the answer may be; an object management service that stands by may give it then. 0
 * @property {number | Duration} [outageAge] seconds: how old it may be where no object management service answers; 0: it is to be current. 3600
 */

/**
 * @typedef {object} CreateOptions
 * @property {string} [name] of the new object
 * @property {Record<string, unknown>} [kwargs] named arguments of its constructor
 * @property {Selector} [select] which kernels will do
 * @property {Record<string, string>} [labels]
 * @property {number | Duration} [ttl] seconds after which an object without a name is removed; without it, it stays until it is deleted
 */

/**
 * @typedef {object} CreateManyOptions
 * @property {readonly string[]} [names] of the new objects, as many as there are; none of them has one otherwise
 * @property {Record<string, unknown>} [kwargs] named arguments of each constructor
 * @property {Selector} [select] which kernels will do
 * @property {Record<string, string>} [labels] of each object
 * @property {number | Duration} [ttl] as in CreateOptions
 */

/**
 * @typedef {object} RegisterOptions
 * @property {string} [language] js, ruby, python, llvm, wasm, java; told from the file's name otherwise
 * @property {string} [entry] the file of a folder that is run first
 * @property {string} [className] when the artifact has several
 * @property {unknown[]} [args] of the constructor
 * @property {Record<string, unknown>} [kwargs]
 * @property {DeploymentManagerChoice[]} [deploymentManagers] outermost first
 * @property {Selector} [select] which kernels will do
 * @property {Record<string, string>} [labels]
 * @property {boolean} [concurrent] calls to the object may run at the same time
 * @property {boolean} [ownContext] the object shares its context with no other
 * @property {number | Duration} [idle] seconds without a call after which the object goes to sleep, until the next call; 0: never;
 *   without it never, or with replace as the old object. Only with a deployment manager that saves each call
 * @property {boolean} [replace] takes the name from the object that has it, which is deleted. Deployment managers, labels, select and idle
 *   that are undefined stay as that object has them, and so does its label `application` unless `labels` names another or is empty
 * @property {boolean} [discardState] replaces the object although a deployment manager holds its saved state, which is deleted with it
 */

/**
 * @typedef {object} ListOptions
 * @property {Selector} [select] by their labels
 * @property {string} [kernel] id of the kernel that they are on
 * @property {boolean} [nameless] only objects without a name
 * @property {number} [limit] how many at most; 0: all
 */

/**
 * @typedef {object} MoveOptions
 * @property {Selector} [select] labels of kernels, of which one is chosen
 * @property {string} [replica] the path of the replica, such as `0` or `0.2`
 * @property {boolean} [allowLossy] moves even where a part of the state cannot be captured
 */

/**
 * @typedef {object} WatchOptions
 * @property {bigint} [fromRevision] goes on after a revision seen before
 * @property {AbortSignal} [signal] ends it
 */

/**
 * @typedef {object} LogsOptions
 * @property {number} [tail] lines of the past
 * @property {boolean} [follow] whether to wait for further ones
 * @property {'' | 'debug' | 'info' | 'warning' | 'error'} [level] the least one
 * @property {Date} [since] lines from this moment on, by the kernels' clocks
 * @property {boolean} [cluster] without a target: all objects of all kernels. A line says which kernels do not answer
 * @property {AbortSignal} [signal] ends it
 */

/**
 * A line that an object printed, or its kernel about it.
 * @typedef {object} LogLine
 * @property {string} object its id
 * @property {string} name of the object; empty: it has none
 * @property {string} level
 * @property {string} text
 * @property {Date} time
 * @property {string} kernel id of the kernel that has the line
 */

/**
 * @typedef {object} RegisterKindOptions
 * @property {string} [language] as in RegisterOptions
 * @property {string} [entry] as in RegisterOptions
 * @property {string} [className] as in RegisterOptions
 * @property {unknown[]} [args] of the constructor, unless `getOrCreate` gives others
 * @property {Record<string, unknown>} [kwargs]
 * @property {boolean} [keyArgument] the constructor gets the key as its first argument, before the others
 * @property {DeploymentManagerChoice[]} [deploymentManagers] of each of its objects, outermost first
 * @property {Selector} [select] of kernels
 * @property {Record<string, string>} [labels] of each of its objects
 * @property {boolean} [concurrent] calls to an object may run at the same time
 * @property {boolean} [ownContext] each object shares its context with no other
 * @property {number | Duration} [idle] as in RegisterOptions
 * @property {boolean} [replace] changes a kind that differs, for the objects that are made from now on; the others stay as they are
 */

/**
 * @typedef {object} WatchEvent
 * @property {'put' | 'delete' | 'synced'} kind `synced`: what existed has been told
 * @property {ObjectDescription | null} object
 * @property {bigint} revision
 */

/**
 * @typedef {object} KernelsOptions
 * @property {boolean} [includeDead] also those that are gone
 */

/**
 * @typedef {object} ExplainOptions
 * @property {DeploymentManagerChoice[]} [deploymentManagers] the chain that is not attached
 */

export {};
