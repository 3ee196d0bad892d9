import { construction, describeManager } from './description.js';

/**
 * @import { KindRecord } from '../pb/common_pb.js'
 * @import { Codec } from '../wire/codec.js'
 * @import { ManagerDescription } from './description.js'
 */

/**
 * The facts about a kind of objects: what one is made of when somebody asks for it by its key.
 * @typedef {object} KindDescription
 * @property {string} name
 * @property {string} language
 * @property {string} entry the file that is evaluated first
 * @property {string} artifact hash
 * @property {number} generation counts the changes of the kind
 * @property {string} className the class in it; empty: looked for
 * @property {ManagerDescription[]} deploymentManagers
 * @property {Record<string, string>} labels
 * @property {boolean} keyArgument the constructor gets the key before the other arguments
 * @property {boolean} concurrent
 * @property {boolean} ownContext
 * @property {number} idle seconds without a call after which it sleeps; 0: never
 * @property {string} select which kernels will do; empty: every one
 * @property {unknown[]} args of the constructor
 * @property {Record<string, unknown>} kwargs of the constructor
 * @property {string} maker `client <id>` or `object <id>`, of the last change
 * @property {Date} changed by the OMS's clock
 */

/**
 * @param {KindRecord} kind
 * @param {Codec} codec
 * @returns {KindDescription}
 */
export function describeKind({ name, spec, keyArgument, changedMs, maker }, codec) {
  return {
    name,
    language: spec?.artifact?.language ?? '',
    entry: spec?.artifact?.entry ?? '',
    artifact: spec?.artifact?.hash ?? '',
    generation: Number(spec?.generation ?? 0),
    className: spec?.artifact?.className ?? '',
    deploymentManagers: (spec?.deploymentManagers ?? []).map((manager) => describeManager(manager, codec)),
    labels: spec?.labels ?? {},
    keyArgument,
    concurrent: spec?.concurrent ?? false,
    ownContext: spec?.ownContext ?? false,
    idle: Number(spec?.idleMs ?? 0) / 1000,
    ...construction(spec, codec),
    maker,
    changed: new Date(Number(changedMs)),
  };
}
