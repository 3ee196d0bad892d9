/**
 * Connects to a kernel; any kernel answers for the whole cluster. The process stays alive until the client is closed.
 * @param {string} [address] host:port, or several separated by commas, which are tried in order; else the environment's AMINO_ADDRESS, else 127.0.0.1:7420
 * @param {ConnectOptions} [options]
 * @returns {Promise<Client>}
 * @throws {import('./errors/tree.js').AminoError} KernelUnavailable: nobody answers there; ConfigInvalid: that is no address, or AMINO_NEXT_AFTER
 *   no time
 */
export function connect(address?: string, options?: ConnectOptions): Promise<Client>;
/** A connection to an Amino cluster. Made by `connect`. */
export class Client extends Transacting {
    /**
     * @param {readonly string[]} kernels addresses, each host:port
     * @param {ConnectOptions} options
     */
    constructor(kernels: readonly string[], options: ConnectOptions);
    /** This client's id, in logs and request ids. @readonly */
    readonly clientId: string;
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
     * @param {AgeOptions} [options]
     * @returns {Promise<Stub<T>>}
     * @throws {NotFound} nothing of that name
     */
    get<T extends object = AnyMembers>(nameOrId: string, options?: AgeOptions): Promise<Stub<T>>;
    /**
     * The stub of a reference that was kept. Nobody is asked whether the object still exists.
     * @template {object} [T=AnyMembers]
     * @param {Reference} reference
     * @returns {Stub<T>}
     */
    stub<T extends object = AnyMembers>(reference: Reference): Stub<T>;
    /**
     * Makes a further instance of a registered class.
     * @param {string | object} className the name its first object was registered under, or a stub of any of its objects
     * @param {...unknown} args of the constructor
     * @returns {Promise<Stub>}
     */
    create(className: string | object, ...args: unknown[]): Promise<Stub>;
    /**
     * As `create`, saying more about the new object.
     * @param {CreateOptions} options
     * @param {string | object} className
     * @param {...unknown} args
     * @returns {Promise<Stub>}
     */
    createWith(options: CreateOptions, className: string | object, ...args: unknown[]): Promise<Stub>;
    /**
     * Makes many further instances of a registered class, several times as fast as one by one.
     * Each 500 of them are made together, all or none. Where some cannot be made, the others are deleted before this rejects.
     * @param {string | object} className the name its first object was registered under, or a stub of any of its objects
     * @param {Iterable<readonly unknown[]>} argumentLists of the constructors: one array for each new object
     * @param {CreateManyOptions} [options]
     * @returns {Promise<Stub[]>} in the order of `argumentLists`
     * @throws {TypeError} the arguments are no arrays
     * @throws {import('./errors/tree.js').AminoError} as `create`; ArgumentInvalid: an option is not known, or there are not as many names as objects
     */
    createMany(className: string | object, argumentLists: Iterable<readonly unknown[]>, options?: CreateManyOptions): Promise<Stub[]>;
    /**
     * Registers a class under a name and makes its first instance (Amino paper, section III.B, steps 1 and 2).
     * @param {string} source path of a file or folder
     * @param {string} name under which clients find the object, and under which further ones are made
     * @param {RegisterOptions} [options]
     * @returns {Promise<Stub>}
     * @throws {import('./errors/tree.js').AminoError} ArtifactInvalid, NameTaken, StateHeld, LanguageUnknown …
     */
    register(source: string, name: string, options?: RegisterOptions): Promise<Stub>;
    /**
     * Registers a kind of objects, each of which `getOrCreate` makes when somebody asks for it by its key. A kind that is there as asked for stays
     * as it is, so every start of a program may register its kinds. The class is evaluated when the first object is made.
     * @param {string} source path of a file or folder
     * @param {string} name the object of a key is named `<name>/<key>`
     * @param {RegisterKindOptions} [options]
     * @returns {Promise<KindDescription>}
     * @throws {import('./errors/tree.js').AminoError} NameTaken: there is such a kind that differs; ArtifactInvalid, LanguageUnknown, ChainInvalid …
     */
    registerKind(source: string, name: string, options?: RegisterKindOptions): Promise<KindDescription>;
    /**
     * Finds the object of a kind and a key. If there is none it is made: one of many callers at once makes it, and all get it.
     * A lost object that nothing brings back by itself is made anew, without its state, as by `restart`.
     * @param {string} kind
     * @param {string | number | bigint} key
     * @param {...unknown} args of the constructor if it is made now; none: those of the kind
     * @returns {Promise<Stub>}
     * @throws {import('./errors/tree.js').AminoError} NameNotFound: there is no such kind; GuestException: the constructor raised it
     */
    getOrCreate(kind: string, key: string | number | bigint, ...args: unknown[]): Promise<Stub>;
    /**
     * Makes one call, as stubs do.
     * @internal
     * @param {Target} target
     * @param {string} method
     * @param {unknown[]} args
     * @param {PreparedOptions} options
     * @returns {Promise<unknown>}
     */
    invoke(target: Target, method: string, args: unknown[], options: PreparedOptions): Promise<unknown>;
    /**
     * Gives a command to a deployment manager, as `stub.dm` does.
     * @internal
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
import { Transacting } from './transacting.js';
import type { AnyMembers } from './objects/stub.js';
import type { AgeOptions } from './client_options.js';
import type { Stub } from './objects/stub.js';
import type { Reference } from './wire/reference.js';
import type { CreateOptions } from './client_options.js';
import type { CreateManyOptions } from './client_options.js';
import type { RegisterOptions } from './client_options.js';
import type { RegisterKindOptions } from './client_options.js';
import type { KindDescription } from './objects/kind_description.js';
import type { Target } from './objects/target.js';
import type { PreparedOptions } from './objects/call_options.js';
