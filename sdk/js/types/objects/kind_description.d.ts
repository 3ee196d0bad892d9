/**
 * @import { KindRecord } from '../pb/common_pb.js'
 * @import { Codec } from '../wire/codec.js'
 */
/**
 * The facts about a kind of objects: what one is made of when somebody asks for it by its key.
 * @typedef {object} KindDescription
 * @property {string} name
 * @property {string} language
 * @property {string} entry the file that is evaluated first
 * @property {string} artifact hash
 * @property {number} generation counts the changes of the kind
 * @property {{ name: string, config: unknown }[]} deploymentManagers
 * @property {Record<string, string>} labels
 * @property {boolean} keyArgument the constructor gets the key before the other arguments
 * @property {boolean} concurrent
 * @property {boolean} ownContext
 * @property {number} idle seconds without a call after which it sleeps; 0: never
 * @property {Date} changed by the OMS's clock
 */
/**
 * @param {KindRecord} kind
 * @param {Codec} codec
 * @returns {KindDescription}
 */
export function describeKind({ name, spec, keyArgument, changedMs }: KindRecord, codec: Codec): KindDescription;
/**
 * The facts about a kind of objects: what one is made of when somebody asks for it by its key.
 */
export type KindDescription = {
    name: string;
    language: string;
    /**
     * the file that is evaluated first
     */
    entry: string;
    /**
     * hash
     */
    artifact: string;
    /**
     * counts the changes of the kind
     */
    generation: number;
    deploymentManagers: {
        name: string;
        config: unknown;
    }[];
    labels: Record<string, string>;
    /**
     * the constructor gets the key before the other arguments
     */
    keyArgument: boolean;
    concurrent: boolean;
    ownContext: boolean;
    /**
     * seconds without a call after which it sleeps; 0: never
     */
    idle: number;
    /**
     * by the OMS's clock
     */
    changed: Date;
};
import type { KindRecord } from '../pb/common_pb.js';
import type { Codec } from '../wire/codec.js';
