/**
 * Connects to a kernel; any kernel answers for the whole cluster.
 * @param {string} [address] host:port, or several separated by commas, which are tried in order; else the environment's AMINO_ADDRESS, else 127.0.0.1:7420
 * @param {ConnectOptions} [options]
 * @returns {Promise<Client>}
 * @throws {import('./errors/tree.js').AminoError} KernelUnavailable: nobody answers there; ConfigInvalid: that is no address
 */
export function connect(address?: string, options?: ConnectOptions): Promise<Client>;
/** A connection to an Amino cluster. Made by `connect`. */
export class Client {
    /**
     * @param {string} address host:port
     * @param {ConnectOptions} options
     */
    constructor(address: string, { deadline, transport }: ConnectOptions);
    /** This client's id, in logs and request ids. @readonly */
    readonly id: string;
    /** @returns {string} host:port of the kernel that this client connected to */
    get address(): string;
    /** @returns {string} how calls to that kernel travel: `unix:<path>`, `tcp:<host:port>` or `grpc` */
    get carrier(): string;
    /** @returns {string} id of that kernel */
    get kernel(): string;
    /** Connects. `connect` has done so already; afterwards a lost connection is opened again by the next call. */
    open(): Promise<void>;
    /**
     * Finds an object (Amino paper, section III.B, step 3).
     * @template {object} [T=AnyMembers]
     * @param {string} nameOrId
     * @returns {Promise<Stub<T>>}
     * @throws {NotFound} nothing of that name
     */
    get<T extends object = AnyMembers>(nameOrId: string): Promise<Stub<T>>;
    /**
     * Makes a further instance of a registered class.
     * @param {string | object} registered its name or id, or a stub of an object of the class
     * @param {...unknown} args of the constructor
     * @returns {Promise<Stub>}
     */
    create(registered: string | object, ...args: unknown[]): Promise<Stub>;
    /**
     * As `create`, saying more about the new object.
     * @param {CreateOptions} options
     * @param {string | object} registered
     * @param {...unknown} args
     * @returns {Promise<Stub>}
     */
    createWith({ name, kwargs, selector, labels }: CreateOptions, registered: string | object, ...args: unknown[]): Promise<Stub>;
    /**
     * Registers a class under a name and makes its first instance (Amino paper, section III.B, steps 1 and 2).
     * @param {string} name
     * @param {string} source path of a file or folder
     * @param {RegisterOptions} [options]
     * @returns {Promise<Stub>}
     * @throws {import('./errors/tree.js').AminoError} ArtifactInvalid, NameTaken, LanguageUnknown …
     */
    register(name: string, source: string, options?: RegisterOptions): Promise<Stub>;
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
     * @param {{ kernel?: string, selector?: Selector, replica?: number, allowLossy?: boolean }} where a kernel's id, or labels to choose by
     * @returns {Promise<{ object: ObjectDescription, lost: string[] }>} `lost`: paths of state that could not be moved
     */
    move(object: string | object, { kernel, selector, replica, allowLossy }: {
        kernel?: string;
        selector?: Selector;
        replica?: number;
        allowLossy?: boolean;
    }): Promise<{
        object: ObjectDescription;
        lost: string[];
    }>;
    /**
     * Makes a lost object anew; its state is that of a new object.
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
     * Makes one call; what stubs do.
     * @param {Target} target
     * @param {string} method
     * @param {unknown[]} args
     * @param {PreparedOptions} options
     * @returns {Promise<unknown>}
     */
    invoke(target: Target, method: string, args: unknown[], options: PreparedOptions): Promise<unknown>;
    /**
     * Gives a command to a deployment manager; what `stub.dm` does.
     * @param {Target} target
     * @param {string} deploymentManager empty: the first of the chain that has the command
     * @param {string} command
     * @param {unknown[]} args
     * @param {PreparedOptions} options
     * @returns {Promise<unknown>}
     */
    command(target: Target, deploymentManager: string, command: string, args: unknown[], { wire, signal }: PreparedOptions): Promise<unknown>;
    /** Closes all connections; calls without an answer fail. */
    close(): Promise<void>;
    [Symbol.asyncDispose](): Promise<void>;
    #private;
}
import type { ConnectOptions } from './client_options.js';
import type { AnyMembers } from './objects/stub.js';
import type { Stub } from './objects/stub.js';
import type { CreateOptions } from './client_options.js';
import type { RegisterOptions } from './client_options.js';
import type { Selector } from './objects/selector.js';
import type { ObjectDescription } from './objects/description.js';
import type { KernelDescription } from './objects/description.js';
import type { WatchEvent } from './client_options.js';
import type { Target } from './objects/target.js';
import type { PreparedOptions } from './objects/stub.js';
