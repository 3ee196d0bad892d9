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
export function describeKind({ name, spec, keyArgument, changedMs, maker }: KindRecord, codec: Codec): KindDescription;
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
    /**
     * the class in it; empty: looked for
     */
    className: string;
    deploymentManagers: ManagerDescription[];
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
     * which kernels will do; empty: every one
     */
    select: string;
    /**
     * of the constructor
     */
    args: unknown[];
    /**
     * of the constructor
     */
    kwargs: Record<string, unknown>;
    /**
     * `client <id>` or `object <id>`, of the last change
     */
    maker: string;
    /**
     * by the OMS's clock
     */
    changed: Date;
};
import type { KindRecord } from '../pb/common_pb.js';
import type { Codec } from '../wire/codec.js';
import type { ManagerDescription } from './description.js';
