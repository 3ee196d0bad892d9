import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { Metadata, credentials, makeGenericClientConstructor } from '@grpc/grpc-js';
import { Cancelled, KernelUnavailable } from '../errors/tree.js';
import { FEATURES } from '../lane/frames.js';
import { ClientService } from '../pb/client_pb.js';
import { DEFAULT_BUDGET_MS, MESSAGE_LIMIT, Metadata as MetadataKey, READS } from '../protocol.js';
import { isLost, neverSent, repeat } from './repeat.js';
import { errorOfRpc } from './rpc_errors.js';
import { UnderWay } from './under_way.js';

/**
 * @import { DescMessage, DescMethod, MessageInitShape, MessageShape } from '@bufbuild/protobuf'
 * @import { ClientReadableStream, ServiceDefinition } from '@grpc/grpc-js'
 * @import { FrameStream } from '../lane/session_carrier.js'
 */

/** @typedef {{ deadlineMs?: number, signal?: AbortSignal }} RpcOptions */

/**
 * The service as grpc-js wants it, from its protobuf description.
 * @returns {ServiceDefinition}
 */
function definition() {
  /** @type {Record<string, unknown>} */
  const methods = {};
  for (const method of /** @type {readonly DescMethod[]} */ (ClientService.methods)) {
    methods[method.localName] = {
      path: `/${ClientService.typeName}/${method.name}`,
      requestStream: method.methodKind === 'client_streaming' || method.methodKind === 'bidi_streaming',
      responseStream: method.methodKind === 'server_streaming' || method.methodKind === 'bidi_streaming',
      requestSerialize: (/** @type {any} */ message) => Buffer.from(toBinary(method.input, message)),
      requestDeserialize: (/** @type {Uint8Array} */ bytes) => fromBinary(method.input, bytes),
      responseSerialize: (/** @type {any} */ message) => Buffer.from(toBinary(method.output, message)),
      responseDeserialize: (/** @type {Uint8Array} */ bytes) => fromBinary(method.output, bytes),
    };
  }
  return /** @type {ServiceDefinition} */ (methods);
}

/** A kernel's `ClientService`, as grpc-js sees it; a server in tests uses it as well. */
export const SERVICE = definition();

const Stubs = makeGenericClientConstructor(SERVICE, 'ClientService');

/** @param {string} address host:port */
function stubsOf(address) {
  return new Stubs(address, credentials.createInsecure(), {
    'grpc.max_receive_message_length': MESSAGE_LIMIT,
    'grpc.max_send_message_length': MESSAGE_LIMIT,
    'grpc.enable_http_proxy': 0,
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 2000,
  });
}

/** One gRPC channel to a kernel, or to one of several after the other: everything but calls of objects. */
export class Control {
  #stubs;
  #closed = false;
  #addresses;
  #underWay = new UnderWay();

  /** @param {readonly string[]} addresses each host:port, tried in their order; the first is the one that is asked now */
  constructor(addresses) {
    this.#addresses = [...addresses];
    this.#stubs = stubsOf(this.address);
  }

  /** @returns {string} host:port of the kernel that is asked */
  get address() {
    return /** @type {string} */ (this.#addresses[0]);
  }

  /** @returns {number} of addresses of kernels that may be asked */
  get choices() {
    return this.#addresses.length;
  }

  /**
   * Asks the next kernel from now on, unless another request has said so before. Requests that are under way go on.
   * @param {string} from the address of the kernel that does not answer
   */
  leave(from) {
    if (this.#closed || this.choices === 1 || from !== this.address) return;
    this.#addresses.push(/** @type {string} */ (this.#addresses.shift()));
    this.#stubs.close();
    this.#stubs = stubsOf(this.address);
  }

  /** @returns {Control} the same of all kernels but the one that is asked now; to be closed */
  besides() {
    return new Control(this.#addresses.slice(1));
  }

  /** @returns {number | null} the number of the oldest request without an answer; null: all have one */
  get oldest() {
    return this.#underWay.oldest;
  }

  /**
   * Asks the next kernel from now on. What the one before has not answered ends as with a lost connection.
   * @param {KernelUnavailable} error
   */
  giveUp(error) {
    const { address } = this;
    this.leave(address);
    this.#underWay.giveUp(address, error);
  }

  /**
   * Tries one kernel after the other until one answers. A process that stands still refuses nobody: where there are several, each has a
   * short time first.
   * @template T
   * @param {(deadlineMs: number) => Promise<T>} attempt
   * @param {{ shortMs: number, longMs: number }} times of one attempt
   * @returns {Promise<T>}
   * @throws what the first attempt said
   */
  async first(attempt, { shortMs, longMs }) {
    /** @type {unknown} */
    let problem = null;
    const { choices } = this;
    for (const deadlineMs of choices > 1 && shortMs < longMs ? [shortMs, longMs] : [longMs]) {
      for (let left = choices; left > 0; left--) {
        const { address } = this;
        try {
          return await attempt(deadlineMs);
        } catch (error) {
          problem ??= error;
          this.leave(address);
        }
      }
    }
    throw problem;
  }

  /** @returns {string} for messages */
  get who() {
    return `the kernel at ${this.address}`;
  }

  /**
   * One request, one response. A request with an id is sent again when the connection is lost before its answer came.
   * @template {DescMessage} I
   * @template {DescMessage} O
   * @param {DescMethod & { methodKind: 'unary', input: I, output: O }} method of `ClientService`
   * @param {MessageInitShape<I>} request
   * @param {RpcOptions} [options]
   * @returns {Promise<MessageShape<O>>}
   */
  unary(method, request, { deadlineMs = DEFAULT_BUDGET_MS, signal } = {}) {
    const message = create(method.input, request);
    const isRepeatable = Boolean(/** @type {{ requestId?: string }} */ (message).requestId) || READS.has(method.name);
    const send = (/** @type {number} */ leftMs) => this.#ask(() => this.#attempt(method, message, leftMs, signal), isRepeatable);
    const answer = isRepeatable ? repeat(send, deadlineMs) : send(deadlineMs);
    return answer.catch((error) => { throw errorOfRpc(error, this.who); });
  }

  /**
   * Asks one kernel after the other until one answers.
   * @template T
   * @param {() => Promise<T>} attempt
   * @param {boolean} isRepeatable whether the request may be sent again although the connection was lost under it
   * @returns {Promise<T>}
   */
  async #ask(attempt, isRepeatable) {
    for (let left = this.choices; ; left--) {
      const { address } = this;
      try {
        return await attempt();
      } catch (error) {
        if (isLost(error)) this.leave(address);
        if (left <= 1 || !isLost(error) || !(isRepeatable || neverSent(error))) throw error;
      }
    }
  }

  /**
   * Sends a request once; rejects with what grpc-js says.
   * @template {DescMessage} I
   * @template {DescMessage} O
   * @param {DescMethod & { methodKind: 'unary', input: I, output: O }} method
   * @param {MessageShape<I>} message
   * @param {number} deadlineMs
   * @param {AbortSignal | undefined} signal
   * @returns {Promise<MessageShape<O>>}
   */
  #attempt(method, message, deadlineMs, signal) {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(new Cancelled(`the request to ${this.who} was cancelled before it was sent`));
        return;
      }
      const stop = () => call.cancel();
      const call = this.#method(method.localName)(
        message,
        new Metadata(),
        { deadline: Date.now() + deadlineMs },
        (/** @type {unknown} */ error, /** @type {MessageShape<O>} */ response) => {
          this.#underWay.answered(sent);
          signal?.removeEventListener('abort', stop);
          if (error) reject(signal?.aborted ? new Cancelled(`the request to ${this.who} was cancelled`) : error);
          else resolve(response);
        },
      );
      const sent = this.#underWay.add(this.address, call, reject);
      signal?.addEventListener('abort', stop);
    });
  }

  /**
   * One request, many responses.
   * @template {DescMessage} I
   * @template {DescMessage} O
   * @param {DescMethod & { methodKind: 'server_streaming', input: I, output: O }} method
   * @param {MessageInitShape<I>} request
   * @param {AbortSignal} [signal] ends it quietly
   * @returns {AsyncGenerator<MessageShape<O>, void, void>} leaving it ends the request
   */
  async *stream(method, request, signal) {
    if (signal?.aborted) return;
    /** @type {ClientReadableStream<MessageShape<O>>} */
    const call = this.#method(method.localName)(create(method.input, request));
    const stop = () => call.cancel();
    signal?.addEventListener('abort', stop);
    const sent = this.#underWay.add(this.address, call, (error) => call.destroy(error), { isDue: false });
    try {
      yield* call;
    } catch (error) {
      if (!signal?.aborted) throw errorOfRpc(error, this.who);
    } finally {
      this.#underWay.answered(sent);
      signal?.removeEventListener('abort', stop);
      call.cancel();
    }
  }

  /**
   * Many requests, one response.
   * @template {DescMessage} I
   * @template {DescMessage} O
   * @param {DescMethod & { methodKind: 'client_streaming', input: I, output: O }} method
   * @param {Iterable<MessageInitShape<I>>} requests
   * @returns {Promise<MessageShape<O>>}
   */
  upload(method, requests) {
    return new Promise((resolve, reject) => {
      const call = this.#method(method.localName)((/** @type {unknown} */ error, /** @type {MessageShape<O>} */ response) => {
        this.#underWay.answered(sent);
        if (error) reject(errorOfRpc(error, this.who));
        else resolve(response);
      });
      const sent = this.#underWay.add(this.address, call, reject);
      call.on('error', () => { /* told to the callback as well */ });
      for (const request of requests) call.write(create(method.input, request));
      call.end();
    });
  }

  /**
   * @param {unknown} error of grpc-js
   * @returns {import('../errors/tree.js').AminoError}
   */
  explain(error) {
    return errorOfRpc(error, this.who);
  }

  /**
   * @param {string} clientId
   * @returns {FrameStream}
   */
  session(clientId) {
    const metadata = new Metadata();
    metadata.set(MetadataKey.CLIENT, clientId);
    metadata.set(MetadataKey.FEATURES, FEATURES.join(','));
    return this.#method('session')(metadata);
  }

  close() {
    this.#closed = true;
    this.#stubs.close();
  }

  /**
   * @param {string} name
   * @returns {(...args: unknown[]) => any} grpc-js makes these at run time, so no type of its own can say what they take
   */
  #method(name) {
    if (this.#closed) throw new KernelUnavailable('the client is closed; connect again', { outcome: 'not_run' });
    const method = /** @type {Record<string, any>} */ (this.#stubs)[name];
    return method.bind(this.#stubs);
  }
}
