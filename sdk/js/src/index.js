export { Client, connect } from './client.js';
export { CODES, errorOfCode } from './errors/registry.js';
export { Hop } from './errors/hop.js';
export * from './errors/tree.js';
export { call, referenceOf } from './objects/stub.js';
export { Duration } from './wire/duration.js';
export { ValueHooks } from './wire/hooks.js';
export { Named } from './wire/named.js';
export { Reference } from './wire/reference.js';
export { Timestamp } from './wire/timestamp.js';
/**
 * @typedef {import('./client_options.js').ConnectOptions} ConnectOptions
 * @typedef {import('./client_options.js').CreateOptions} CreateOptions
 * @typedef {import('./client_options.js').CreateManyOptions} CreateManyOptions
 * @typedef {import('./client_options.js').RegisterKindOptions} RegisterKindOptions
 * @typedef {import('./client_options.js').RegisterOptions} RegisterOptions
 * @typedef {import('./client_options.js').ListOptions} ListOptions
 * @typedef {import('./client_options.js').MoveOptions} MoveOptions
 * @typedef {import('./client_options.js').WatchOptions} WatchOptions
 * @typedef {import('./client_options.js').KernelsOptions} KernelsOptions
 * @typedef {import('./client_options.js').ExplainOptions} ExplainOptions
 * @typedef {import('./client_options.js').LogLine} LogLine
 * @typedef {import('./client_options.js').LogsOptions} LogsOptions
 * @typedef {import('./client_options.js').WatchEvent} WatchEvent
 * @typedef {import('./objects/description.js').ObjectDescription} ObjectDescription
 * @typedef {import('./objects/description.js').KernelDescription} KernelDescription
 * @typedef {import('./objects/description.js').MemberDescription} MemberDescription
 * @typedef {import('./objects/description.js').ManagerDescription} ManagerDescription
 * @typedef {import('./objects/description.js').ReplicaDescription} ReplicaDescription
 * @typedef {import('./objects/kind_description.js').KindDescription} KindDescription
 * @typedef {import('./objects/managers.js').DeploymentManagerChoice} DeploymentManagerChoice
 * @typedef {import('./objects/selector.js').Selector} Selector
 * @typedef {import('./objects/call_options.js').CallOptions} CallOptions
 * @typedef {import('./wire/hooks.js').ValueHook} ValueHook
 */
/**
 * @template [T=import('./objects/stub.js').AnyMembers]
 * @typedef {import('./objects/stub.js').Stub<T>} Stub
 */
