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
     * @param {string} [prefix] beginning of their names
     * @param {ListOptions} [options]
     * @returns {Promise<ObjectDescription[]>}
     */
    list(prefix?: string, options?: ListOptions): Promise<ObjectDescription[]>;
    /**
     * @param {string | object} target name, id or stub
     * @param {AgeOptions} [options]
     * @returns {Promise<ObjectDescription>} its `answerAge` says how old the answer is
     */
    describe(target: string | object, options?: AgeOptions): Promise<ObjectDescription>;
    /** @param {string | object} target name, id or stub */
    delete(target: string | object): Promise<void>;
    /**
     * Moves an object with its state to another kernel, while it is called.
     * @param {string | object} target name, id or stub
     * @param {string} [kernel] id of the kernel that it goes to; or `select`
     * @param {MoveOptions} [options]
     * @returns {Promise<{ object: ObjectDescription, lost: string[] }>} `lost`: paths of state that could not be moved
     */
    move(target: string | object, kernel?: string, options?: MoveOptions): Promise<{
        object: ObjectDescription;
        lost: string[];
    }>;
    /**
     * Brings a lost object back: from its last checkpoint where a deployment manager keeps one, else as a new object.
     * An object that has come back by itself meanwhile stays as it is.
     * @param {string | object} target name, id or stub
     * @returns {Promise<ObjectDescription>}
     */
    restart(target: string | object): Promise<ObjectDescription>;
    /**
     * @param {KernelsOptions} [options]
     * @returns {Promise<KernelDescription[]>}
     */
    kernels(options?: KernelsOptions): Promise<KernelDescription[]>;
    /**
     * Tells what becomes of objects: first each that exists, then `synced`, then changes. Leaving the loop ends it.
     * @param {string} [prefix] beginning of their names
     * @param {WatchOptions} [options]
     * @returns {AsyncGenerator<WatchEvent, void, void>}
     */
    watch(prefix?: string, options?: WatchOptions): AsyncGenerator<WatchEvent, void, void>;
    /**
     * @param {string | object} [target] name, id or stub; '' for all of the kernel
     * @param {LogsOptions} [options]
     * @returns {AsyncGenerator<LogLine, void, void>}
     */
    logs(target?: string | object, options?: LogsOptions): AsyncGenerator<LogLine, void, void>;
    /**
     * Changes the deployment managers of an object.
     * @param {string | object} target name, id or stub
     * @param {DeploymentManagerChoice[]} deploymentManagers outermost first
     * @returns {Promise<{ object: ObjectDescription, pending: string[] }>} `pending`: ids of kernels of the object that have not applied the new
     *   chain yet; the OMS repeats it to them until they have
     * @throws {import('./errors/tree.js').ChainInvalid} they cannot work together, or not with the object
     */
    attach(target: string | object, deploymentManagers: DeploymentManagerChoice[]): Promise<{
        object: ObjectDescription;
        pending: string[];
    }>;
    /**
     * Says what happens to a call on its way through the deployment managers of an object, or of a chain that is not attached.
     * @param {string | object} [target] name, id or stub of an object; or
     * @param {ExplainOptions} [options] the chain that is not attached
     * @returns {Promise<{ text: string, tree: unknown }>} for people, and for programs
     * @throws {ArgumentInvalid} both were given
     */
    explain(target?: string | object, options?: ExplainOptions): Promise<{
        text: string;
        tree: unknown;
    }>;
    #private;
}
import type { Control } from './control/control.js';
import type { Codec } from './wire/codec.js';
import type { ListOptions } from './client_options.js';
import type { ObjectDescription } from './objects/description.js';
import type { AgeOptions } from './client_options.js';
import type { MoveOptions } from './client_options.js';
import type { KernelsOptions } from './client_options.js';
import type { KernelDescription } from './objects/description.js';
import type { WatchOptions } from './client_options.js';
import type { WatchEvent } from './client_options.js';
import type { LogsOptions } from './client_options.js';
import type { LogLine } from './client_options.js';
import type { DeploymentManagerChoice } from './objects/managers.js';
import type { ExplainOptions } from './client_options.js';
