export { Duration } from './wire/duration.js';
export { Reference } from './wire/reference.js';
export { Timestamp } from './wire/timestamp.js';
export { CODES, errorOfCode } from './errors/registry.js';
export * from './errors/tree.js';
export { call, referenceOf } from './objects/stub.js';
