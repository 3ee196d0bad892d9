import { randomUUID } from 'node:crypto';
import { describeKernel, describeObject } from './objects/description.js';
import { managerMessages } from './objects/managers.js';
import { selectorMessage } from './objects/selector.js';
import { referenceOf } from './objects/stub.js';
import { NotFound } from './errors/tree.js';
import { ClientService, WatchResponse_Kind as Kind } from './pb/client_pb.js';

/**
 * @import { WatchEvent } from './client_options.js'
 * @import { Control } from './control/control.js'
 * @import { KernelDescription, ObjectDescription } from './objects/description.js'
 * @import { DeploymentManagerChoice } from './objects/managers.js'
 * @import { Selector } from './objects/selector.js'
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
   * @param {{ prefix?: string, selector?: Selector, kernel?: string }} [filter] by name, labels, kernel
   * @returns {Promise<ObjectDescription[]>}
   */
  async list({ prefix = '', selector, kernel = '' } = {}) {
    const objects = [];
    let pageToken = '';
    do {
      const page = await this.control.unary(ClientService.method.list, {
        namePrefix: prefix, labelSelector: selectorMessage(selector), kernelId: kernel, pageSize: PAGE, pageToken,
      });
      objects.push(...page.objects);
      pageToken = page.nextPageToken;
    } while (pageToken);
    return objects.map((object) => describeObject(object, this.codec));
  }

  /**
   * @param {string | object} object name, id or stub
   * @returns {Promise<ObjectDescription>}
   */
  async describe(object) {
    const response = await this.control.unary(ClientService.method.get, { nameOrId: idOf(object) });
    return this.#describe(response.object, object);
  }

  /** @param {string | object} object name, id or stub */
  async delete(object) {
    await this.control.unary(ClientService.method.delete, { nameOrId: idOf(object), requestId: randomUUID() });
  }

  /**
   * Moves an object with its state to another kernel, while it is called.
   * @param {string | object} object name, id or stub
   * @param {{ kernel?: string, selector?: Selector, replica?: string, allowLossy?: boolean }} where a kernel's id, or labels to choose by;
   *   `replica`: the path of the replica, such as `0` or `0.2`
   * @returns {Promise<{ object: ObjectDescription, lost: string[] }>} `lost`: paths of state that could not be moved
   */
  async move(object, { kernel = '', selector, replica = '0', allowLossy = false }) {
    const nameOrId = idOf(object);
    const request = { nameOrId, kernelId: kernel, selector: selectorMessage(selector), path: replica, allowLossy, requestId: randomUUID() };
    const response = await this.control.unary(ClientService.method.move, request);
    return { object: this.#describe(response.object, object), lost: response.lost };
  }

  /**
   * Brings a lost object back: from its last checkpoint where a deployment manager keeps one, else as a new object.
   * An object that has come back by itself meanwhile stays as it is.
   * @param {string | object} object name, id or stub
   * @returns {Promise<ObjectDescription>}
   */
  async restart(object) {
    const response = await this.control.unary(ClientService.method.restart, { nameOrId: idOf(object), requestId: randomUUID() });
    return this.#describe(response.object, object);
  }

  /**
   * @param {{ includeDead?: boolean }} [filter]
   * @returns {Promise<KernelDescription[]>}
   */
  async kernels({ includeDead = false } = {}) {
    const { kernels } = await this.control.unary(ClientService.method.kernels, { includeDead });
    return kernels.map(describeKernel);
  }

  /**
   * Tells what becomes of objects: first each that exists, then `synced`, then changes. Leaving the loop ends it.
   * @param {{ prefix?: string, fromRevision?: bigint, signal?: AbortSignal }} [options]
   * @returns {AsyncGenerator<WatchEvent, void, void>}
   */
  async *watch({ prefix = '', fromRevision = 0n, signal } = {}) {
    for await (const event of this.control.stream(ClientService.method.watch, { namePrefix: prefix, fromRevision }, signal)) {
      const kind = event.kind === Kind.DELETE ? 'delete' : event.kind === Kind.SYNCED ? 'synced' : 'put';
      yield { kind, object: event.object ? describeObject(event.object, this.codec) : null, revision: event.revision };
    }
  }

  /**
   * @param {string | object} object name, id or stub; '' for all of the kernel
   * @param {{ tail?: number, follow?: boolean, signal?: AbortSignal }} [options]
   * @returns {AsyncGenerator<{ object: string, name: string, level: string, text: string, time: Date }, void, void>}
   */
  async *logs(object, { tail = 100, follow = false, signal } = {}) {
    const lines = this.control.stream(ClientService.method.logs, { nameOrId: idOf(object), tail, follow }, signal);
    for await (const { objectId, objectName, level, text, timeMs } of lines) {
      yield { object: objectId, name: objectName, level, text, time: new Date(Number(timeMs)) };
    }
  }

  /**
   * Changes the deployment managers of an object.
   * @param {string | object} object name, id or stub
   * @param {DeploymentManagerChoice[]} deploymentManagers outermost first
   * @returns {Promise<{ object: ObjectDescription, pending: string[] }>} `pending`: ids of kernels of the object that have not applied the new
   *   chain yet; the OMS repeats it to them until they have
   * @throws {import('./errors/tree.js').ChainInvalid} they cannot work together, or not with the object
   */
  async attach(object, deploymentManagers) {
    const nameOrId = idOf(object);
    const request = { nameOrId, deploymentManagers: managerMessages(deploymentManagers, this.codec), requestId: randomUUID() };
    const response = await this.control.unary(ClientService.method.attach, request);
    return { object: this.#describe(response.object, object), pending: response.pendingKernels };
  }

  /**
   * Says what happens to a call on its way through the deployment managers of an object, or of a chain that is not attached.
   * @param {string | object | DeploymentManagerChoice[]} what name, id or stub of an object; or a chain
   * @returns {Promise<{ text: string, tree: unknown }>} for people, and for programs
   */
  async explain(what) {
    const request = Array.isArray(what) ? { deploymentManagers: managerMessages(what, this.codec) } : { nameOrId: idOf(what) };
    const { text, tree } = await this.control.unary(ClientService.method.explain, request);
    return { text, tree: tree.length > 0 ? this.codec.decode(tree) : null };
  }

  /**
   * @param {ObjectRecord | undefined} record
   * @param {string | object} asked
   * @returns {ObjectDescription}
   */
  #describe(record, asked) {
    if (!record) throw new NotFound(`the kernel at ${this.control.address} answered without an object for ${String(asked)}`);
    return describeObject(record, this.codec);
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
