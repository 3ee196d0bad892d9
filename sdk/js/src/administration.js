import { randomUUID } from 'node:crypto';
import { optionsOf } from './known_options.js';
import { ageLimitOf } from './objects/ages.js';
import { describeKernel, describeObject } from './objects/description.js';
import { managerMessages } from './objects/managers.js';
import { selectorMessage } from './objects/selector.js';
import { referenceOf } from './objects/stub.js';
import { ArgumentInvalid, NotFound } from './errors/tree.js';
import { ClientService, WatchResponse_Kind as Kind } from './pb/client_pb.js';

/**
 * @import { AgeOptions, ExplainOptions, KernelsOptions, ListOptions, LogLine, LogsOptions, MoveOptions, WatchEvent, WatchOptions } from './client_options.js'
 * @import { Control } from './control/control.js'
 * @import { KernelDescription, ObjectDescription } from './objects/description.js'
 * @import { DeploymentManagerChoice } from './objects/managers.js'
 * @import { Codec } from './wire/codec.js'
 * @import { ObjectRecord } from './pb/common_pb.js'
 */

const PAGE = 500;

/** The part of a client that looks at the cluster and its objects, and changes where and how they are. */
export class Administration {
  /**
   * @param {Control} control
   * @param {Codec} codec
   */
  constructor(control, codec) {
    /** @internal @readonly */
    this.control = control;
    /** @internal @readonly */
    this.codec = codec;
  }

  /**
   * @param {string} [prefix] beginning of their names
   * @param {ListOptions} [options]
   * @returns {Promise<ObjectDescription[]>}
   */
  async list(prefix = '', options = {}) {
    const { select, kernel = '', nameless = false, limit = 0 } = optionsOf('list', options);
    const most = limit || Infinity;
    /** @type {ObjectRecord[]} */
    const objects = [];
    let pageToken = '';
    do {
      const page = await this.control.unary(ClientService.method.list, {
        namePrefix: prefix, labelSelector: selectorMessage(select), kernelId: kernel, nameless, pageToken,
        pageSize: Math.min(PAGE, most - objects.length),
      });
      objects.push(...page.objects);
      pageToken = page.nextPageToken;
    } while (pageToken && objects.length < most);
    return objects.map((object) => describeObject(object, this.codec));
  }

  /**
   * @param {string | object} target name, id or stub
   * @param {AgeOptions} [options]
   * @returns {Promise<ObjectDescription>} its `answerAge` says how old the answer is
   */
  async describe(target, options = {}) {
    const ageLimit = ageLimitOf(optionsOf('describe', options));
    const response = await this.control.unary(ClientService.method.get, { nameOrId: idOf(target), ageLimit });
    return this.#describe(response.object, target, undefined, response.age);
  }

  /** @param {string | object} target name, id or stub */
  async delete(target) {
    await this.control.unary(ClientService.method.delete, { nameOrId: idOf(target), requestId: randomUUID() });
  }

  /**
   * Moves an object with its state to another kernel, while it is called.
   * @param {string | object} target name, id or stub
   * @param {string} [kernel] id of the kernel that it goes to; or `select`
   * @param {MoveOptions} [options]
   * @returns {Promise<{ object: ObjectDescription, lost: string[] }>} `lost`: paths of state that could not be moved
   */
  async move(target, kernel = '', options = {}) {
    const { select, replica = '0', allowLossy = false } = optionsOf('move', options);
    const nameOrId = idOf(target);
    const request = { nameOrId, kernelId: kernel, selector: selectorMessage(select), path: replica, allowLossy, requestId: randomUUID() };
    const response = await this.control.unary(ClientService.method.move, request);
    return { object: this.#describe(response.object, target), lost: response.lost };
  }

  /**
   * Brings a lost object back: from its last checkpoint where a deployment manager keeps one, else as a new object.
   * An object that has come back by itself meanwhile stays as it is.
   * @param {string | object} target name, id or stub
   * @returns {Promise<ObjectDescription>}
   */
  async restart(target) {
    const response = await this.control.unary(ClientService.method.restart, { nameOrId: idOf(target), requestId: randomUUID() });
    return this.#describe(response.object, target, response.origin);
  }

  /**
   * @param {KernelsOptions} [options]
   * @returns {Promise<KernelDescription[]>}
   */
  async kernels(options = {}) {
    const { includeDead = false } = optionsOf('kernels', options);
    const { kernels } = await this.control.unary(ClientService.method.kernels, { includeDead });
    return kernels.map(describeKernel);
  }

  /**
   * Tells what becomes of objects: first each that exists, then `synced`, then changes. Leaving the loop ends it.
   * @param {string} [prefix] beginning of their names
   * @param {WatchOptions} [options]
   * @returns {AsyncGenerator<WatchEvent, void, void>}
   */
  watch(prefix = '', options = {}) {
    return this.#events(prefix, optionsOf('watch', options));
  }

  /**
   * @param {string} prefix
   * @param {WatchOptions} options
   * @returns {AsyncGenerator<WatchEvent, void, void>}
   */
  async *#events(prefix, { fromRevision = 0n, signal }) {
    for await (const event of this.control.stream(ClientService.method.watch, { namePrefix: prefix, fromRevision }, signal)) {
      const kind = event.kind === Kind.DELETE ? 'delete' : event.kind === Kind.SYNCED ? 'synced' : 'put';
      yield { kind, object: event.object ? describeObject(event.object, this.codec) : null, revision: event.revision };
    }
  }

  /**
   * @param {string | object} [target] name, id or stub; '' for all of the kernel
   * @param {LogsOptions} [options]
   * @returns {AsyncGenerator<LogLine, void, void>}
   */
  logs(target = '', options = {}) {
    return this.#lines(target, optionsOf('logs', options));
  }

  /**
   * @param {string | object} target
   * @param {LogsOptions} options
   * @returns {AsyncGenerator<LogLine, void, void>}
   */
  async *#lines(target, { tail = 100, follow = false, level = '', since, cluster = false, signal }) {
    const request = { nameOrId: idOf(target), tail, follow, level, sinceMs: BigInt(since?.getTime() ?? 0), cluster };
    for await (const line of this.control.stream(ClientService.method.logs, request, signal)) {
      const { objectId, objectName, text, timeMs, kernelId } = line;
      yield { object: objectId, name: objectName, level: line.level, text, time: new Date(Number(timeMs)), kernel: kernelId };
    }
  }

  /**
   * Changes the deployment managers of an object.
   * @param {string | object} target name, id or stub
   * @param {DeploymentManagerChoice[]} deploymentManagers outermost first
   * @returns {Promise<{ object: ObjectDescription, pending: string[] }>} `pending`: ids of kernels of the object that have not applied the new
   *   chain yet; the OMS repeats it to them until they have
   * @throws {import('./errors/tree.js').ChainInvalid} they cannot work together, or not with the object
   */
  async attach(target, deploymentManagers) {
    const nameOrId = idOf(target);
    const request = { nameOrId, deploymentManagers: managerMessages(deploymentManagers, this.codec), requestId: randomUUID() };
    const response = await this.control.unary(ClientService.method.attach, request);
    return { object: this.#describe(response.object, target), pending: response.pendingKernels };
  }

  /**
   * Says what happens to a call on its way through the deployment managers of an object, or of a chain that is not attached.
   * @param {string | object} [target] name, id or stub of an object; or
   * @param {ExplainOptions} [options] the chain that is not attached
   * @returns {Promise<{ text: string, tree: unknown }>} for people, and for programs
   * @throws {ArgumentInvalid} both were given
   */
  async explain(target = '', options = {}) {
    const { deploymentManagers = [] } = optionsOf('explain', options);
    if (target !== '' && deploymentManagers.length > 0) {
      throw new ArgumentInvalid("explain takes an object or a chain, not both: without deploymentManagers it explains the object's own");
    }
    const request = { nameOrId: idOf(target), deploymentManagers: managerMessages(deploymentManagers, this.codec) };
    const { text, tree } = await this.control.unary(ClientService.method.explain, request);
    return { text, tree: tree.length > 0 ? this.codec.decode(tree) : null };
  }

  /**
   * @param {ObjectRecord | undefined} record
   * @param {string | object} asked
   * @returns {ObjectDescription}
   * @param {import('./pb/client_pb.js').RestartResponse_Origin} [origin] in the answer to a restart
   * @param {import('./pb/client_pb.js').Age} [age] of the answer
   */
  #describe(record, asked, origin, age) {
    if (!record) throw new NotFound(`the kernel at ${this.control.address} answered without an object for ${String(asked)}`);
    return describeObject(record, this.codec, origin, age);
  }
}

/**
 * @param {string | object} object
 * @returns {string} its name or id
 * @throws {TypeError} it is neither that nor a stub
 */
export function idOf(object) {
  if (typeof object === 'string') return object;
  const reference = referenceOf(object);
  if (!reference) throw new TypeError('an object is named by its name, its id or a stub of it');
  return reference.id;
}
