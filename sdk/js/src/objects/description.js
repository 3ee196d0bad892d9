import { ObjectStatus } from '../pb/common_pb.js';

/**
 * @import { KernelRecord, ObjectRecord } from '../pb/common_pb.js'
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
 */

/**
 * What is known about an object.
 * @typedef {object} ObjectDescription
 * @property {string} id
 * @property {string} name empty: anonymous
 * @property {string} className
 * @property {string} classOf id of the registered object whose class it is an instance of; empty for the registered one
 * @property {string} language
 * @property {string} artifact hash
 * @property {'creating' | 'active' | 'lost' | 'unspecified'} status
 * @property {number} epoch grows with every move
 * @property {{ number: number, kernel: string, role: string, address: string }[]} replicas
 * @property {MemberDescription[]} members
 * @property {string} doc
 * @property {Record<string, string>} labels
 * @property {{ name: string, config: unknown }[]} deploymentManagers
 * @property {boolean} concurrent
 * @property {boolean} ownContext
 * @property {Date} created by the OMS's clock
 */

/**
 * What is known about a kernel.
 * @typedef {object} KernelDescription
 * @property {string} id
 * @property {string} address of its gRPC
 * @property {boolean} alive
 * @property {number} objects
 * @property {number} load
 * @property {string[]} languages
 * @property {Record<string, string>} labels
 * @property {string} version
 */

/** @type {ReadonlyMap<ObjectStatus, ObjectDescription['status']>} */
const STATUS = new Map([
  [ObjectStatus.CREATING, 'creating'], [ObjectStatus.ACTIVE, 'active'], [ObjectStatus.LOST, 'lost'],
]);

/**
 * @param {ObjectRecord} record
 * @param {Codec} codec
 * @returns {ObjectDescription}
 */
export function describeObject(record, codec) {
  const offered = record.interface;
  return {
    id: record.id,
    name: record.name,
    className: offered?.name || record.artifact?.className || '',
    classOf: record.classOf,
    language: record.artifact?.language ?? '',
    artifact: record.artifact?.hash ?? '',
    status: STATUS.get(record.status) ?? 'unspecified',
    epoch: Number(record.epoch),
    replicas: record.replicas.map(({ number, kernelId, role, endpoints }) => ({ number, kernel: kernelId, role, address: endpoints?.grpc ?? '' })),
    members: (offered?.members ?? []).map(({ name, arity, required, readOnly, parameters, doc }) => ({ name, arity, required, readOnly, parameters, doc })),
    doc: offered?.doc ?? '',
    labels: record.labels,
    deploymentManagers: record.deploymentManagers.map(({ name, config }) => ({ name, config: config.length > 0 ? codec.decode(config) : {} })),
    concurrent: record.concurrent,
    ownContext: record.ownContext,
    created: new Date(Number(record.createdMs)),
  };
}

/**
 * @param {KernelRecord} record
 * @returns {KernelDescription}
 */
export function describeKernel({ id, endpoints, alive, objects, load, languages, labels, version }) {
  return { id, address: endpoints?.grpc ?? '', alive, objects, load, languages, labels, version };
}
