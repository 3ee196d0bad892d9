/**
 * The options of a client's methods.
 * @import { Transport } from './control/kernel_link.js'
 * @import { ObjectDescription } from './objects/description.js'
 * @import { DeploymentManagerChoice } from './objects/managers.js'
 * @import { Selector } from './objects/selector.js'
 * @import { Duration } from './wire/duration.js'
 */

/**
 * @typedef {object} ConnectOptions
 * @property {number | Duration} [deadline] milliseconds a call may take when it names no deadline; 60,000
 * @property {Transport} [transport] `auto` takes the direct lane where the kernel offers one, and gRPC otherwise; `lane` or `grpc` insist
 */

/**
 * @typedef {object} CreateOptions
 * @property {string} [name] of the new object
 * @property {Record<string, unknown>} [kwargs] named arguments of its constructor
 * @property {Selector} [selector] of kernels
 * @property {Record<string, string>} [labels]
 * @property {number | Duration} [ttl] milliseconds after which an object without a name is removed; without it, it stays until it is deleted
 */

/**
 * @typedef {object} CreateManyOptions
 * @property {readonly string[]} [names] of the new objects, as many as there are; none of them has one otherwise
 * @property {Record<string, unknown>} [kwargs] named arguments of each constructor
 * @property {Selector} [selector] of kernels
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
 * @property {Selector} [selector] of kernels
 * @property {Record<string, string>} [labels]
 * @property {boolean} [concurrent] calls to the object may run at the same time
 * @property {boolean} [ownContext] the object shares its context with no other
 * @property {boolean} [replace] takes the name from the object that has it, which is deleted. Deployment managers, labels and selector that
 *   are undefined stay as that object has them, and so does its label `application` unless `labels` names another or is empty
 * @property {boolean} [discardState] replaces the object although a deployment manager holds its saved state, which is deleted with it
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
 * @property {Selector} [selector] of kernels
 * @property {Record<string, string>} [labels] of each of its objects
 * @property {boolean} [concurrent] calls to an object may run at the same time
 * @property {boolean} [ownContext] each object shares its context with no other
 * @property {boolean} [replace] changes a kind that differs, for the objects that are made from now on; the others stay as they are
 */

/**
 * @typedef {object} WatchEvent
 * @property {'put' | 'delete' | 'synced'} kind `synced`: what existed has been told
 * @property {ObjectDescription | null} object
 * @property {bigint} revision
 */

export {};
