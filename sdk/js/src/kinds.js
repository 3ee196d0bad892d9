import { randomUUID } from 'node:crypto';
import { Administration } from './administration.js';
import { describeKind } from './objects/kind_description.js';
import { managerMessages } from './objects/managers.js';
import { selectorMessage } from './objects/selector.js';
import { wholeMilliseconds } from './objects/lengths.js';
import { NotFound } from './errors/tree.js';
import { ClientService } from './pb/client_pb.js';

/**
 * @import { RegisterKindOptions } from './client_options.js'
 * @import { KindDescription } from './objects/kind_description.js'
 * @import { KindRecord, ObjectRecord } from './pb/common_pb.js'
 * @import { ArtifactSchema } from './pb/common_pb.js'
 * @import { MessageInitShape } from '@bufbuild/protobuf'
 */

const PAGE = 500;

/** The part of a client that registers kinds of objects, and asks for the object of a kind and a key. */
export class Kinds extends Administration {
  /**
   * The kinds there are.
   * @param {string} [prefix] beginning of their names
   * @returns {Promise<KindDescription[]>}
   */
  async kinds(prefix = '') {
    /** @type {KindRecord[]} */
    const found = [];
    let more = true;
    while (more) {
      const page = await this.control.unary(ClientService.method.listKinds, { prefix, after: found.at(-1)?.name ?? '', pageSize: PAGE });
      found.push(...page.kinds);
      more = page.more;
    }
    return found.map((kind) => describeKind(kind, this.codec));
  }

  /**
   * Removes a kind. Its objects stay, and `getOrCreate` finds them as before, but makes no more of them.
   * @param {string} name
   * @throws {NotFound} there is no such kind
   */
  async removeKind(name) {
    await this.control.unary(ClientService.method.deleteKind, { name, requestId: randomUUID() });
  }

  /**
   * @internal
   * @param {string} name
   * @param {MessageInitShape<typeof ArtifactSchema>} artifact that was uploaded
   * @param {RegisterKindOptions} options
   * @returns {Promise<KindDescription>}
   */
  async keepKind(name, artifact, { args = [], kwargs = {}, deploymentManagers = [], select, labels = {}, idle = 0, ...options }) {
    const spec = {
      artifact, labels, selector: selectorMessage(select), deploymentManagers: managerMessages(deploymentManagers, this.codec),
      constructorArgs: this.codec.encodeArray(args), constructorKwargs: this.codec.encode(kwargs, 'kwargs'),
      concurrent: options.concurrent ?? false, ownContext: options.ownContext ?? false, idleMs: wholeMilliseconds(idle, 'idle'),
    };
    const request = { kind: { name, spec, keyArgument: options.keyArgument ?? false }, replace: options.replace ?? false, requestId: randomUUID() };
    const { kind } = await this.control.unary(ClientService.method.registerKind, request);
    if (!kind) throw new NotFound(`the kernel at ${this.control.address} answered without a kind for ${name}`);
    return describeKind(kind, this.codec);
  }

  /**
   * @internal
   * @param {string} kind
   * @param {string | number | bigint} key
   * @param {unknown[]} args
   * @param {Record<string, unknown>} kwargs
   * @returns {Promise<ObjectRecord | undefined>}
   */
  async recordOf(kind, key, args, kwargs) {
    const given = args.length > 0 || Object.keys(kwargs).length > 0;
    const constructor = given ? { args: this.codec.encodeArray(args), kwargs: this.codec.encode(kwargs, 'kwargs') } : {};
    const { object } = await this.control.unary(ClientService.method.getOrCreate, { kind, key: String(key), ...constructor, requestId: randomUUID() });
    return object;
  }
}
