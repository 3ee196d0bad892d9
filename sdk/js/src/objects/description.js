import { Loss, ObjectState } from '../pb/common_pb.js';
import { RestartResponse_Origin as Origin } from '../pb/client_pb.js';
import { answerAge } from './ages.js';
import { selectorText } from './selector.js';

/**
 * @import { DeploymentManagerSpec, KernelRecord, ObjectRecord, ObjectSpec } from '../pb/common_pb.js'
 * @import { Codec } from '../wire/codec.js'
 */

/**
 * A member of an object.
 * @typedef {object} MemberDescription
 * @property {string} name
 * @property {number} arity −1: any number, or unknown
 * @property {number} required
 * @property {boolean} readOnly
 * @property {string[]} parameters
 * @property {string} doc
 * @property {boolean} property whether it reads a property or, where its name ends with `=`, sets one
 */

/**
 * A replica of an object, and the kernel that it is on.
 * @typedef {object} ReplicaDescription
 * @property {string} path `0` for the first one; `0.2` is the third one of the first group
 * @property {string} kernel id
 * @property {string} role what the deployment manager calls it; empty: it has no name for it
 * @property {string} address of the kernel's gRPC
 */

/**
 * A deployment manager of an object, with its settings.
 * @typedef {object} ManagerDescription
 * @property {string} name
 * @property {unknown} settings
 */

/**
 * The facts about an object.
 * @typedef {object} ObjectDescription
 * @property {string} id
 * @property {string} name empty: anonymous
 * @property {string} className
 * @property {string} chosenClass that was named when it was registered; empty: its kernel found the class by looking
 * @property {string} classOf id of the registered object whose class it is an instance of; empty for the registered one
 * @property {string} language
 * @property {string} entry the file of the artifact that is evaluated first
 * @property {string} artifact hash
 * @property {'creating' | 'active' | 'lost' | 'asleep' | 'unknown'} status
 * @property {number} generation grows with every change of what the object is meant to be, such as its deployment managers
 * @property {number} epoch grows with every move
 * @property {ReplicaDescription[]} replicas
 * @property {MemberDescription[]} members
 * @property {string} doc
 * @property {Record<string, string>} labels
 * @property {ManagerDescription[]} deploymentManagers
 * @property {boolean} concurrent
 * @property {boolean} ownContext
 * @property {number} idle seconds without a call after which it sleeps; 0: never
 * @property {Date} created by the OMS's clock
 * @property {string} maker `client <id>` or `object <id>`
 * @property {Date | null} expires when an object without a name is removed; null: it stays until it is deleted
 * @property {'' | 'gone' | 'recovering' | 'awaits kernel'} loss what becomes of a lost object
 * @property {string} kind that it was made of when it was asked for by its key; empty for every other object
 * @property {string} select which kernels will do, as `region in (eu, us) and !spot`; empty: every one
 * @property {unknown[]} args of its constructor
 * @property {Record<string, unknown>} kwargs of its constructor
 * @property {string[]} warnings what the author of its class should know, such as variables that its code changes and that are no part of its state
 * @property {'' | 'saved' | 'copy' | 'anew'} restartedFrom in the answer to a restart: state that its deployment managers have saved, that a
 *   kernel has kept, or none
 * @property {number} answerAge seconds: all was so that long ago, or later; 0: it was current when it was given
 * @property {string} answerSource the process that gave an answer that is not current: `oms <address>`, which stands by, or `kernel <id>`
 */

/**
 * The facts about a kernel.
 * @typedef {object} KernelDescription
 * @property {string} id
 * @property {string} address of its gRPC
 * @property {boolean} alive
 * @property {number} objects
 * @property {number} load
 * @property {string[]} languages
 * @property {Record<string, string>} labels
 * @property {string} version
 * @property {number} incarnation of its life
 */

/** @type {ReadonlyMap<ObjectState | undefined, ObjectDescription['status']>} */
const STATUS = new Map([
  [ObjectState.CREATING, 'creating'], [ObjectState.ACTIVE, 'active'], [ObjectState.LOST, 'lost'],
  [ObjectState.ASLEEP, 'asleep'],
]);

/** @type {ReadonlyMap<Loss | undefined, ObjectDescription['loss']>} */
const LOSS = new Map([[Loss.GONE, 'gone'], [Loss.RECOVERING, 'recovering'], [Loss.AWAITS_KERNEL, 'awaits kernel']]);

/** @type {ReadonlyMap<Origin | undefined, ObjectDescription['restartedFrom']>} */
const ORIGIN = new Map([[Origin.SAVED, 'saved'], [Origin.COPY, 'copy'], [Origin.ANEW, 'anew']]);

/**
 * @param {ObjectRecord} record
 * @param {Codec} codec
 * @param {Origin} [origin] in the answer to a restart
 * @param {import('../pb/client_pb.js').Age} [age] of the answer that it came in
 * @returns {ObjectDescription}
 */
export function describeObject(record, codec, origin, age) {
  const { spec, status, interface: offered } = record;
  return {
    id: record.id,
    name: record.name,
    className: offered?.name || spec?.artifact?.className || '',
    chosenClass: spec?.artifact?.className ?? '',
    classOf: spec?.classOf ?? '',
    language: spec?.artifact?.language ?? '',
    entry: spec?.artifact?.entry ?? '',
    artifact: spec?.artifact?.hash ?? '',
    status: STATUS.get(status?.state) ?? 'unknown',
    generation: Number(spec?.generation ?? 0),
    epoch: Number(status?.epoch ?? 0),
    replicas: (status?.replicas ?? []).map(({ path, kernelId, role, endpoints }) => ({ path, kernel: kernelId, role, address: endpoints?.grpc ?? '' })),
    members: (offered?.members ?? []).map(memberDescription),
    doc: offered?.doc ?? '',
    labels: spec?.labels ?? {},
    deploymentManagers: (spec?.deploymentManagers ?? []).map((manager) => describeManager(manager, codec)),
    concurrent: spec?.concurrent ?? false,
    ownContext: spec?.ownContext ?? false,
    idle: Number(spec?.idleMs ?? 0) / 1000,
    created: new Date(Number(record.createdMs)),
    maker: record.maker,
    expires: record.expiresMs > 0n ? new Date(Number(record.expiresMs)) : null,
    loss: LOSS.get(status?.loss) ?? '',
    kind: spec?.kind ?? '',
    ...construction(spec, codec),
    warnings: offered?.warnings ?? [],
    restartedFrom: ORIGIN.get(origin) ?? '',
    ...answerAge(age),
  };
}

/**
 * @param {DeploymentManagerSpec} manager
 * @param {Codec} codec
 * @returns {ManagerDescription}
 */
export function describeManager({ name, config }, codec) {
  return { name, settings: config.length > 0 ? codec.decode(config) : {} };
}

/**
 * The facts about where and from what objects are made.
 * @param {ObjectSpec | undefined} spec
 * @param {Codec} codec
 * @returns {{ select: string, args: unknown[], kwargs: Record<string, unknown> }}
 */
export function construction(spec, codec) {
  const { constructorArgs: args, constructorKwargs: kwargs } = spec ?? {};
  return {
    select: selectorText(spec?.selector),
    args: args?.length ? /** @type {unknown[]} */ (codec.decode(args)) : [],
    kwargs: kwargs?.length ? /** @type {Record<string, unknown>} */ (codec.decode(kwargs)) : {},
  };
}

/**
 * @param {import('../pb/common_pb.js').Member} member
 * @returns {MemberDescription}
 */
function memberDescription({ name, arity, required, readOnly, parameters, doc, property }) {
  return { name, arity, required, readOnly, parameters, doc, property };
}

/**
 * @param {KernelRecord} record
 * @returns {KernelDescription}
 */
export function describeKernel({ id, endpoints, alive, objects, load, languages, labels, version, incarnation }) {
  return { id, address: endpoints?.grpc ?? '', alive, objects: Number(objects), load, languages, labels, version, incarnation: Number(incarnation) };
}
