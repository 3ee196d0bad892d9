import { create } from '@bufbuild/protobuf';
import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SERVICE } from '../src/control/control.js';
import { errorOfCode } from '../src/errors/registry.js';
import { CANCEL, FRAME_LIMIT, HELLO, LENGTH_BYTES, REQUEST, VERSION } from '../src/protocol.js';
import { FrameSplitter } from '../src/lane/frame_splitter.js';
import * as client from '../src/pb/client_pb.js';
import * as common from '../src/pb/common_pb.js';
import { ValueDecoder } from '../src/wire/decode.js';
import { Reader } from '../src/wire/reader.js';
import { encodeFrame, encodeValue, replyFrame, rpcError } from './peer_replies.js';

/**
 * @typedef {object} PeerCall
 * @property {string} target
 * @property {string} method
 * @property {any[]} args
 * @property {Map<number, any>} options
 * @property {number} budgetMs
 * @property {string} client
 */

/**
 * Answers calls; may return a promise, whose result leaves in a partial reply. Throws an AminoError to raise.
 * @typedef {(call: PeerCall) => any} Answer
 */

/** What a kernel is to a client, for tests: `ClientService` and lanes with real frames over real sockets; what objects do is the test's own function. */
export class Peer {
  /** @type {Set<net.Socket>} */
  sockets = new Set();
  /** @type {number[]} how many calls each request frame had */
  frameSizes = [];
  /** @type {{ seq: number, indexes: number[] }[]} */
  cancels = [];
  /** @type {any[]} what clients asked by gRPC, by the order of asking */
  requests = [];
  /** @type {Map<string, any>} records by name and id */
  records = new Map();
  /** @type {net.Server[]} */
  #lanes = [];
  #grpc = new Server();
  #refuses = false;
  #folder = mkdtempSync(path.join(tmpdir(), 'amino-peer-'));
  address = '';
  endpoints = { grpc: '', laneTcp: '', laneUnix: '', hostId: '' };
  /** @type {(request: any) => unknown} awaited before the instances of a `createMany` are made */
  beforeMaking = () => undefined;
  /** @type {Peer[]} the kernels that live, besides itself, as far as it knows */
  others = [];
  /** @type {(name: string) => unknown} awaited before a request by gRPC is carried out */
  beforeAnswering = () => undefined;

  /**
   * @param {Answer} answer
   * @param {string} [kernelId]
   */
  constructor(answer, kernelId = 'kernel-test') {
    this.answer = answer;
    this.kernelId = kernelId;
    this.wireVersion = VERSION;
  }

  /**
   * @param {{ lanes?: ('unix' | 'tcp')[], port?: number }} [options]
   * @returns {Promise<this>}
   */
  async start({ lanes = ['unix'], port = 0 } = {}) {
    this.#grpc.addService(SERVICE, this.#methods());
    const bound = await new Promise((resolve, reject) => {
      this.#grpc.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, got) => (error ? reject(error) : resolve(got)));
    });
    this.address = `127.0.0.1:${bound}`;
    this.endpoints.grpc = this.address;
    if (lanes.includes('unix')) {
      this.endpoints.laneUnix = path.join(this.#folder, 'lane');
      await this.#listen({ path: this.endpoints.laneUnix });
    }
    if (lanes.includes('tcp')) {
      const server = await this.#listen({ host: '127.0.0.1', port: 0 });
      this.endpoints.laneTcp = `127.0.0.1:${/** @type {net.AddressInfo} */ (server.address()).port}`;
    }
    return this;
  }

  /**
   * Makes an object known.
   * @param {string} id
   * @param {string} name
   * @param {{ labels?: Record<string, string>, replicas?: object[], generation?: bigint }} [more] parts of its spec and its status
   * @returns {any} its record
   */
  know(id, name, { labels = {}, generation = 1n, replicas = [{ path: '0', kernelId: this.kernelId, endpoints: this.endpoints }] } = {}) {
    const record = create(common.ObjectRecordSchema, {
      id, name, interface: { name: 'Thing', members: [{ name: 'incr', arity: 1 }] },
      spec: { generation, artifact: { language: 'js' }, labels },
      status: { state: common.ObjectState.ACTIVE, epoch: 1n, replicas },
    });
    this.records.set(id, record);
    if (name) this.records.set(name, record);
    return record;
  }

  /** Answers no further request by gRPC, as a kernel that stops. */
  stopsClients() {
    this.#refuses = true;
  }

  dropConnections() {
    for (const socket of this.sockets) socket.destroy();
  }

  stop() {
    this.dropConnections();
    for (const lane of this.#lanes) lane.close();
    this.#grpc.forceShutdown();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /**
   * @param {net.ListenOptions} where
   * @returns {Promise<net.Server>}
   */
  #listen(where) {
    const server = net.createServer((socket) => this.#accept(socket));
    this.#lanes.push(server);
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(where, () => resolve(server));
    });
  }

  /** @param {net.Socket} socket */
  #accept(socket) {
    this.sockets.add(socket);
    const splitter = new FrameSplitter(FRAME_LIMIT);
    let clientId = '';
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => { /* the other end is gone; close follows */ });
    socket.on('data', (chunk) => splitter.push(chunk, (frame) => {
      const [kind, first] = /** @type {any[]} */ (new ValueDecoder().value(new Reader(frame)));
      if (kind !== HELLO) return this.serve(frame, clientId, (reply) => socket.write(reply));
      clientId = first.client;
      socket.write(encodeFrame([HELLO, { v: VERSION, kernel: this.kernelId, max_frame: FRAME_LIMIT }]));
    }));
  }

  /**
   * Runs what a frame asks for.
   * @param {Uint8Array} bytes
   * @param {string} clientId
   * @param {(reply: Buffer) => void} write takes a frame with its length in front
   */
  serve(bytes, clientId, write) {
    const [kind, seq, budget, flat, options] = /** @type {any[]} */ (new ValueDecoder().value(new Reader(bytes)));
    if (kind === CANCEL) return void this.cancels.push({ seq, indexes: budget });
    if (kind !== REQUEST) return undefined;
    const count = flat.length / 3;
    this.frameSizes.push(count);
    /** @type {Map<number, any>} */
    const ready = new Map();
    let later = false;
    for (let index = 0; index < count; index++) {
      const [target, method, args] = flat.slice(3 * index, 3 * index + 3);
      const chosen = options?.get(index) ?? new Map();
      const outcome = attempt(() => this.answer({ target, method, args, options: chosen, budgetMs: chosen.get(2) ?? budget, client: clientId }));
      if (outcome instanceof Promise) {
        later = true;
        outcome.then((value) => value, (error) => error).then((value) => value !== SILENCE && write(replyFrame(seq, [index], [value])));
      } else if (outcome === SILENCE) later = true;
      else ready.set(index, outcome);
    }
    if (!later) write(replyFrame(seq, null, [...ready.values()]));
    else if (ready.size > 0) write(replyFrame(seq, [...ready.keys()], [...ready.values()]));
    return undefined;
  }

  /** @param {string} key name or id */
  #find(key) {
    const object = this.records.get(key);
    if (!object) throw errorOfCode('NAME_NOT_FOUND', `no object is called ${key}`);
    return object;
  }

  /**
   * Makes all instances or none; the id of each says its arguments.
   * @param {any} request
   */
  async #createMany(request) {
    await this.beforeMaking(request);
    const taken = request.instances.find((/** @type {any} */ { name }) => this.records.has(name));
    if (taken) throw errorOfCode('NAME_TAKEN', `the name ${taken.name} is taken`);
    const objects = request.instances.map((/** @type {any} */ { name, args }) => {
      const id = `made-${new ValueDecoder().value(new Reader(args))}`;
      return { ...this.know(id, name), interface: undefined };
    });
    return create(client.CreateManyResponseSchema, { objects, interface: this.#find(request.className).interface });
  }

  /** @returns {any} handlers of `ClientService` */
  #methods() {
    /** @type {(name: string, answer: (request: any) => any) => any} */
    const unary = (name, answer) => async (/** @type {any} */ call, /** @type {any} */ callback) => {
      this.requests.push({ name, request: call.request });
      if (this.#refuses) return void callback({ code: status.UNAVAILABLE, details: 'this kernel stops: ask another one' });
      try {
        await this.beforeAnswering(name);
        callback(null, await answer(call.request));
      } catch (error) {
        callback(rpcError(error));
      }
    };
    const find = this.#find.bind(this);
    return {
      hello: unary('hello', () => create(client.HelloResponseSchema, {
        kernelId: this.kernelId, endpoints: this.endpoints, laneToken: 'secret', wireVersion: this.wireVersion,
      })),
      get: unary('get', ({ nameOrId }) => create(client.GetResponseSchema, { object: find(nameOrId) })),
      create: unary('create', ({ className }) => create(client.CreateResponseSchema, { object: find(className) })),
      createMany: unary('createMany', (request) => this.#createMany(request)),
      register: unary('register', ({ name }) => create(client.RegisterResponseSchema, { object: find(name) })),
      list: unary('list', ({ pageToken }) => {
        const all = [...new Set(this.records.values())];
        const at = Number(pageToken || 0);
        return create(client.ListResponseSchema, { objects: all.slice(at, at + 1), nextPageToken: at + 1 < all.length ? String(at + 1) : '' });
      }),
      delete: unary('delete', ({ nameOrId }) => {
        const { id, name } = find(nameOrId);
        this.records.delete(id);
        this.records.delete(name);
        return create(client.DeleteResponseSchema);
      }),
      kernels: unary('kernels', () => {
        const kernels = [this, ...this.others].map(({ kernelId, endpoints }) => ({ id: kernelId, alive: true, endpoints }));
        return create(client.KernelsResponseSchema, { kernels });
      }),
      move: unary('move', ({ nameOrId }) => create(client.MoveResponseSchema, { object: find(nameOrId), lost: ['timer'] })),
      restart: unary('restart', ({ nameOrId }) => create(client.RestartResponseSchema, { object: find(nameOrId) })),
      attach: unary('attach', ({ nameOrId }) => create(client.AttachResponseSchema, { object: find(nameOrId), pendingKernels: ['kernel-slow'] })),
      explain: unary('explain', ({ nameOrId }) => create(client.ExplainResponseSchema, { text: `about ${nameOrId}`, tree: encodeValue({ proxies: [] }) })),
      command: unary('command', ({ command, deploymentManager, args }) => {
        const value = encodeValue([command, deploymentManager, new ValueDecoder().value(new Reader(args))]);
        return create(client.CommandResponseSchema, { value });
      }),
      watch: (/** @type {any} */ call) => {
        const tell = (/** @type {any} */ event) => call.write(create(client.WatchResponseSchema, { ...event, revision: 1n }));
        for (const object of new Set(this.records.values())) tell({ kind: client.WatchResponse_Kind.PUT, object });
        tell({ kind: client.WatchResponse_Kind.SYNCED });
      },
      putArtifact: (/** @type {any} */ call, /** @type {any} */ callback) => {
        /** @type {any[]} */
        const parts = [];
        call.on('data', (/** @type {any} */ message) => parts.push(message.part));
        call.on('end', () => {
          this.requests.push({ name: 'putArtifact', request: parts });
          callback(null, create(client.PutArtifactResponseSchema, { artifact: parts[0].value }));
        });
      },
      session: (/** @type {any} */ call) => {
        const clientId = String(call.metadata.get('amino-client')[0]);
        call.on('data', (/** @type {any} */ frame) => this.serve(frame.data, clientId, (reply) => {
          call.write(create(common.FrameSchema, { data: reply.subarray(LENGTH_BYTES) }));
        }));
        call.on('end', () => call.end());
        call.on('error', () => { /* the client is gone */ });
      },
    };
  }
}

/** An answer that never comes. */
export const SILENCE = Symbol('silence');

/**
 * @param {() => any} work
 * @returns {any} its result, or the error it threw
 */
function attempt(work) {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
