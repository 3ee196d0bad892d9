/**
 * @param {string | object} object
 * @returns {string} its name or id
 * @throws {TypeError} it is neither that nor a stub
 */
export function idOf(object: string | object): string;
/** The part of a client that looks at the cluster and its objects, and changes where and how they are. */
export class Administration {
    /**
     * @param {Control} control
     * @param {Codec} codec
     */
    constructor(control: Control, codec: Codec);
    /** @internal @readonly */
    readonly control: Control;
    /** @internal @readonly */
    readonly codec: Codec;
    /**
     * @param {{ prefix?: string, selector?: Selector, kernel?: string }} [filter] by name, labels, kernel
     * @returns {Promise<ObjectDescription[]>}
     */
    list({ prefix, selector, kernel }?: {
        prefix?: string;
        selector?: Selector;
        kernel?: string;
    }): Promise<ObjectDescription[]>;
    /**
     * @param {string | object} object name, id or stub
     * @returns {Promise<ObjectDescription>}
     */
    describe(object: string | object): Promise<ObjectDescription>;
    /** @param {string | object} object name, id or stub */
    delete(object: string | object): Promise<void>;
    /**
     * Moves an object with its state to another kernel, while it is called.
     * @param {string | object} object name, id or stub
     * @param {{ kernel?: string, selector?: Selector, replica?: string, allowLossy?: boolean }} where a kernel's id, or labels to choose by;
     *   `replica`: the path of the replica, such as `0` or `0.2`
     * @returns {Promise<{ object: ObjectDescription, lost: string[] }>} `lost`: paths of state that could not be moved
     */
    move(object: string | object, { kernel, selector, replica, allowLossy }: {
        kernel?: string;
        selector?: Selector;
        replica?: string;
        allowLossy?: boolean;
    }): Promise<{
        object: ObjectDescription;
        lost: string[];
    }>;
    /**
     * Brings a lost object back: from its last checkpoint where a deployment manager keeps one, else as a new object.
     * An object that has come back by itself meanwhile stays as it is.
     * @param {string | object} object name, id or stub
     * @returns {Promise<ObjectDescription>}
     */
    restart(object: string | object): Promise<ObjectDescription>;
    /**
     * @param {{ includeDead?: boolean }} [filter]
     * @returns {Promise<KernelDescription[]>}
     */
    kernels({ includeDead }?: {
        includeDead?: boolean;
    }): Promise<KernelDescription[]>;
    /**
     * Tells what becomes of objects: first each that exists, then `synced`, then changes. Leaving the loop ends it.
     * @param {{ prefix?: string, fromRevision?: bigint, signal?: AbortSignal }} [options]
     * @returns {AsyncGenerator<WatchEvent, void, void>}
     */
    watch({ prefix, fromRevision, signal }?: {
        prefix?: string;
        fromRevision?: bigint;
        signal?: AbortSignal;
    }): AsyncGenerator<WatchEvent, void, void>;
    /**
     * @param {string | object} object name, id or stub; '' for all of the kernel
     * @param {{ tail?: number, follow?: boolean, signal?: AbortSignal }} [options]
     * @returns {AsyncGenerator<{ object: string, name: string, level: string, text: string, time: Date }, void, void>}
     */
    logs(object: string | object, { tail, follow, signal }?: {
        tail?: number;
        follow?: boolean;
        signal?: AbortSignal;
    }): AsyncGenerator<{
        object: string;
        name: string;
        level: string;
        text: string;
        time: Date;
    }, void, void>;
    /**
     * Changes the deployment managers of an object.
     * @param {string | object} object name, id or stub
     * @param {DeploymentManagerChoice[]} deploymentManagers outermost first
     * @returns {Promise<{ object: ObjectDescription, pending: string[] }>} `pending`: ids of kernels of the object that have not applied the new
     *   chain yet; the OMS repeats it to them until they have
     * @throws {import('./errors/tree.js').ChainInvalid} they cannot work together, or not with the object
     */
    attach(object: string | object, deploymentManagers: DeploymentManagerChoice[]): Promise<{
        object: ObjectDescription;
        pending: string[];
    }>;
    /**
     * Says what happens to a call on its way through the deployment managers of an object, or of a chain that is not attached.
     * @param {string | object | DeploymentManagerChoice[]} what name, id or stub of an object; or a chain
     * @returns {Promise<{ text: string, tree: unknown }>} for people, and for programs
     */
    explain(what: string | object | DeploymentManagerChoice[]): Promise<{
        text: string;
        tree: unknown;
    }>;
    #private;
}
import type { Control } from './control/control.js';
import type { Codec } from './wire/codec.js';
import type { Selector } from './objects/selector.js';
import type { ObjectDescription } from './objects/description.js';
import type { KernelDescription } from './objects/description.js';
import type { WatchEvent } from './client_options.js';
import type { DeploymentManagerChoice } from './objects/managers.js';
