import { randomBytes, randomUUID } from 'node:crypto';
import { addresses } from './control/addresses.js';
import { nextAfter } from './control/next_after.js';
import { pack, uploadParts } from './artifacts/pack.js';
import { languageAndEntry } from './artifacts/language.js';
import { idOf } from './administration.js';
import { batchesOf, workThrough } from './batches.js';
import { optionsOf } from './known_options.js';
import { ageLimitOf } from './objects/ages.js';
import { milliseconds, wholeMilliseconds } from './objects/lengths.js';
import { managerMessages } from './objects/managers.js';
import { selectorMessage } from './objects/selector.js';
import { makeStub, referenceOf } from './objects/stub.js';
import { Router } from './objects/router.js';
import { Transacting } from './transacting.js';
import { inTransactions } from './objects/transaction.js';
import { ClientService } from './pb/client_pb.js';
import { DEFAULT_BUDGET_MS } from './protocol.js';
import { Codec } from './wire/codec.js';
import { NotFound } from './errors/tree.js';

/**
 * @import { PreparedOptions } from './objects/call_options.js'
 * @import { AnyMembers, Stub } from './objects/stub.js'
 * @import { Target } from './objects/target.js'
 * @import { AgeOptions, ConnectOptions, CreateManyOptions, CreateOptions, RegisterKindOptions, RegisterOptions } from './client_options.js'
 * @import { KindDescription } from './objects/kind_description.js'
 * @import { Reference } from './wire/reference.js'
 * @import { Selector } from './objects/selector.js'
 * @import { MessageInitShape } from '@bufbuild/protobuf'
 * @import { CreateManyRequestSchema } from './pb/client_pb.js'
 * @import { ObjectRecord } from './pb/common_pb.js'
 */

const VERSION = '0.1.0';
const BATCHES_AT_ONCE = 2;
const DELETIONS_AT_ONCE = 64;

/**
 * Connects to a kernel; any kernel answers for the whole cluster. The process stays alive until the client is closed.
 * @param {string} [address] host:port, or several separated by commas, which are tried in order; else the environment's AMINO_ADDRESS, else 127.0.0.1:7420
 * @param {ConnectOptions} [options]
 * @returns {Promise<Client>}
 * @throws {import('./errors/tree.js').AminoError} KernelUnavailable: nobody answers there; ConfigInvalid: that is no address, or AMINO_NEXT_AFTER
 *   no time
 */
export async function connect(address, options = {}) {
  const client = new Client(addresses(address), options);
  try {
    await client.open();
    return client;
  } catch (error) {
    await client.close();
    throw error;
  }
}

/** A connection to an Amino cluster. Made by `connect`. */
export class Client extends Transacting {
  /** @type {Router} */
  #router;

  /**
   * @param {readonly string[]} kernels addresses, each host:port
   * @param {ConnectOptions} options
   */
  constructor(kernels, options) {
    const made = `node-${randomBytes(6).toString('hex')}`;
    const known = optionsOf('connect', options);
    const { deadline = DEFAULT_BUDGET_MS / 1000, transport = 'auto', clientId: id = made, values } = known;
    const codec = new Codec(referenceOf, (reference) => this.#stub(this.#router.targetOfReference(reference)), values);
    const budgetMs = milliseconds(deadline, 'deadline', { zero: false });
    const nextAfterMs = nextAfter(known.nextAfter);
    const router = new Router(kernels, { clientId: id, version: VERSION, transport, budgetMs, nextAfterMs, codec, sequence: { next: 0 } });
    super(router.home.control, codec);
    this.#router = router;
    /** This client's id, in logs and request ids. @readonly */
    this.clientId = id;
  }

  /** @returns {string} host:port of the kernel that this client connected to */
  get address() {
    return this.#home.address;
  }

  /** @returns {string} how calls to that kernel travel: `unix:<path>`, `tcp:<host:port>` or `grpc` */
  get carrier() {
    return this.#home.carrier;
  }

  /** @returns {string} id of that kernel */
  get kernel() {
    return this.#home.kernelId;
  }

  get #home() {
    return this.#router.home;
  }

  /** Connects. `connect` has done so already; afterwards a lost connection is opened again by the next call. */
  async open() {
    await this.#router.open();
  }

  /**
   * Finds an object (Amino paper, section III.B, step 3).
   * @template {object} [T=AnyMembers]
   * @param {string} nameOrId
   * @param {AgeOptions} [options]
   * @returns {Promise<Stub<T>>}
   * @throws {NotFound} nothing of that name
   */
  async get(nameOrId, options = {}) {
    const { object } = await this.control.unary(ClientService.method.get, { nameOrId, ageLimit: ageLimitOf(optionsOf('get', options)) });
    return /** @type {Stub<T>} */ (/** @type {unknown} */ (this.#stubOf(object, nameOrId)));
  }

  /**
   * The stub of a reference that was kept. Nobody is asked whether the object still exists.
   * @template {object} [T=AnyMembers]
   * @param {Reference} reference
   * @returns {Stub<T>}
   */
  stub(reference) {
    return /** @type {Stub<T>} */ (/** @type {unknown} */ (this.#stub(this.#router.targetOfReference(reference))));
  }

  /**
   * Makes a further instance of a registered class.
   * @param {string | object} className the name its first object was registered under, or a stub of any of its objects
   * @param {...unknown} args of the constructor
   * @returns {Promise<Stub>}
   */
  create(className, ...args) {
    return this.createWith({}, className, ...args);
  }

  /**
   * As `create`, saying more about the new object.
   * @param {CreateOptions} options
   * @param {string | object} className
   * @param {...unknown} args
   * @returns {Promise<Stub>}
   */
  async createWith(options, className, ...args) {
    const { name = '', kwargs = {}, select, labels = {}, ttl } = optionsOf('createWith', options);
    const { object } = await this.control.unary(ClientService.method.create, {
      ...creation(className, select, labels, ttl), name,
      args: this.codec.encodeArray(args), kwargs: this.codec.encode(kwargs, 'kwargs'),
    });
    return this.#stubOf(object, name);
  }

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
  async createMany(className, argumentLists, options = {}) {
    const { select, labels = {}, ttl } = optionsOf('createMany', options);
    const batches = batchesOf(argumentLists, options, this.codec);
    /** @type {Stub[][]} */
    const made = [];
    try {
      await workThrough(batches, BATCHES_AT_ONCE, async (instances, index) => {
        made[index] = await this.#createBatch({ ...creation(className, select, labels, ttl), instances });
      });
    } catch (error) {
      await workThrough(made.flat(), DELETIONS_AT_ONCE, (stub) => this.delete(stub).catch(() => { /* why the others failed matters more */ }));
      throw error;
    }
    return made.flat();
  }

  /**
   * @param {MessageInitShape<typeof CreateManyRequestSchema>} request
   * @returns {Promise<Stub[]>}
   */
  async #createBatch(request) {
    const response = await this.control.unary(ClientService.method.createMany, request);
    return response.objects.map((record) => this.#stubOf({ ...record, interface: response.interface }, record.name));
  }

  /**
   * Registers a class under a name and makes its first instance (Amino paper, section III.B, steps 1 and 2).
   * @param {string} source path of a file or folder
   * @param {string} name under which clients find the object, and under which further ones are made
   * @param {RegisterOptions} [options]
   * @returns {Promise<Stub>}
   * @throws {import('./errors/tree.js').AminoError} ArtifactInvalid, NameTaken, StateHeld, LanguageUnknown …
   */
  async register(source, name, options = {}) {
    const { args = [], kwargs = {}, deploymentManagers, select, labels } = optionsOf('register', options);
    const artifact = await this.#uploaded(source, options);
    const { object } = await this.control.unary(ClientService.method.register, {
      name, artifact, labels: labels ?? {}, selector: selectorMessage(select), requestId: randomUUID(),
      deploymentManagers: managerMessages(deploymentManagers ?? [], this.codec),
      noDeploymentManagers: deploymentManagers !== undefined, noLabels: labels !== undefined && Object.keys(labels).length === 0,
      args: this.codec.encodeArray(args), kwargs: this.codec.encode(kwargs, 'kwargs'),
      concurrent: options.concurrent ?? false, ownContext: options.ownContext ?? false, replace: options.replace ?? false,
      discardState: options.discardState ?? false, idleMs: options.idle === undefined ? undefined : wholeMilliseconds(options.idle, 'idle'),
    });
    return this.#stubOf(object, name);
  }

  /**
   * Registers a kind of objects, each of which `getOrCreate` makes when somebody asks for it by its key. A kind that is there as asked for stays
   * as it is, so every start of a program may register its kinds. The class is evaluated when the first object is made.
   * @param {string} source path of a file or folder
   * @param {string} name the object of a key is named `<name>/<key>`
   * @param {RegisterKindOptions} [options]
   * @returns {Promise<KindDescription>}
   * @throws {import('./errors/tree.js').AminoError} NameTaken: there is such a kind that differs; ArtifactInvalid, LanguageUnknown, ChainInvalid …
   */
  async registerKind(source, name, options = {}) {
    const known = optionsOf('registerKind', options);
    return this.keepKind(name, await this.#uploaded(source, known), known);
  }

  /**
   * Finds the object of a kind and a key. If there is none it is made: one of many callers at once makes it, and all get it.
   * A lost object that nothing brings back by itself is made anew, without its state, as by `restart`.
   * @param {string} kind
   * @param {string | number | bigint} key
   * @param {...unknown} args of the constructor if it is made now; none: those of the kind
   * @returns {Promise<Stub>}
   * @throws {import('./errors/tree.js').AminoError} NameNotFound: there is no such kind; GuestException: the constructor raised it
   */
  async getOrCreate(kind, key, ...args) {
    return this.#stubOf(await this.recordOf(kind, key, args, {}), `${kind}/${key}`);
  }

  /**
   * Makes one call, as stubs do.
   * @internal
   * @param {Target} target
   * @param {string} method
   * @param {unknown[]} args
   * @param {PreparedOptions} options
   * @returns {Promise<unknown>}
   */
  invoke(target, method, args, options) {
    return this.#router.invoke(target, method, args, inTransactions(target.id, options));
  }

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
  async command(target, deploymentManager, command, args, { wire, signal }) {
    const request = {
      target: target.id, command, deploymentManager,
      args: this.codec.encodeArray(args), kwargs: this.codec.encode(wire?.kwargs ?? {}, 'kwargs'),
    };
    const { value } = await this.control.unary(ClientService.method.command, request, { deadlineMs: wire?.budgetMs, signal });
    return value.length > 0 ? this.codec.decode(value) : null;
  }

  /** Closes all connections; calls without an answer fail. */
  close() {
    this.#router.close();
    return Promise.resolve();
  }

  [Symbol.asyncDispose]() {
    return this.close();
  }

  /**
   * Packs a source and brings it to the cluster.
   * @param {string} source
   * @param {{ language?: string, entry?: string, className?: string }} options
   */
  async #uploaded(source, options) {
    const { language, entry } = await languageAndEntry(source, options);
    const { data, hash } = await pack(source);
    const artifact = { hash, language, entry, className: options.className ?? '', size: BigInt(data.length) };
    await this.control.upload(ClientService.method.putArtifact, uploadParts(artifact, data));
    return artifact;
  }

  /** @param {Target} target */
  #stub(target) {
    return makeStub({ target, caller: this });
  }

  /**
   * @param {ObjectRecord | undefined} record
   * @param {string} asked
   * @returns {Stub}
   */
  #stubOf(record, asked) {
    if (!record) throw new NotFound(`the kernel at ${this.address} answered without an object for ${asked}`);
    return this.#stub(this.#router.targetOf(record));
  }
}

/**
 * The common fields of requests for one further instance and for many.
 * @param {string | object} className
 * @param {Selector | undefined} select
 * @param {Record<string, string>} labels
 * @param {number | import('./wire/duration.js').Duration} [ttl] without it, or 0: it stays
 */
function creation(className, select, labels, ttl = 0) {
  const ttlMs = wholeMilliseconds(ttl, 'ttl');
  return { className: idOf(className), selector: selectorMessage(select), labels, ttlMs, requestId: randomUUID() };
}
