import { notRun } from '../errors/not_run.js';
import { DeadlineExceeded, KernelUnavailable } from '../errors/tree.js';
import { Connection } from '../lane/connection.js';
import { SessionCarrier } from '../lane/session_carrier.js';
import { SocketCarrier } from '../lane/socket_carrier.js';
import { checkVersion } from '../lane/version.js';
import { ClientService } from '../pb/client_pb.js';
import { HELLO_MS, VERSION } from '../protocol.js';
import { Control } from './control.js';
import { hostId } from './host.js';

/**
 * @import { Call } from '../lane/call.js'
 * @import { ConnectionSettings } from '../lane/connection.js'
 * @import { Carrier } from '../lane/socket_carrier.js'
 * @import { HelloResponse, KernelsResponse } from '../pb/client_pb.js'
 */

/** @typedef {'auto' | 'lane' | 'grpc'} Transport */

/**
 * @typedef {Omit<ConnectionSettings, 'token'> & { transport: Transport, version: string, nextAfterMs: number }} LinkSettings
 */

/** How long a kernel that could not be reached is not tried again, where another one forwards. */
const AVOID_MS = 30_000;
/** The patience with a kernel that is asked how another one does. */
export const ASKED_MS = 5000;

/** The way to one kernel: gRPC for control, and a connection for calls that is opened when needed and again after it was lost. */
export class KernelLink {
  #settings;
  /** @type {Connection | null} */
  #connection = null;
  /** @type {Promise<Connection> | null} */
  #opening = null;
  #closed = false;
  #avoidUntil = 0;
  #fallback;
  /** The address at which the kernel said that it listens. */
  #told = '';

  /**
   * @param {readonly string[]} addresses host:port of the kernel's gRPC, or of several kernels any of which will do
   * @param {LinkSettings} settings
   * @param {KernelLink | null} [fallback] the kernel that forwards calls while this one cannot be reached from here
   */
  constructor(addresses, settings, fallback = null) {
    this.#settings = settings;
    this.#fallback = fallback;
    /** @readonly */
    this.control = new Control(addresses);
    /** Id of the kernel; empty before the first hello. */
    this.kernelId = '';
    /** Whether it was left, since its kernel has another address. */
    this.left = false;
    /** How calls travel at present, for people: `unix:…`, `tcp:…` or `grpc`. */
    this.carrier = '';
  }

  /** @returns {string} host:port of the kernel's gRPC */
  get address() {
    return this.control.address;
  }

  /**
   * Opens the connection for calls, or gives the one there is.
   * @returns {Promise<Connection>}
   * @throws {import('../errors/tree.js').AminoError}
   */
  open() {
    if (this.#connection && !this.#connection.lost) return Promise.resolve(this.#connection);
    if (this.#closed) return Promise.reject(new KernelUnavailable('the client is closed; connect again', { outcome: 'not_run' }));
    this.#opening ??= this.#connect().finally(() => { this.#opening = null; });
    return this.#opening;
  }

  /** @returns {Connection | null} the connection for calls; null: there is none at present */
  get connection() {
    return this.#connection && !this.#connection.lost ? this.#connection : null;
  }

  /** @returns {boolean} whether calls travel within this machine, which no address concerns */
  get near() {
    return this.carrier.startsWith('unix:');
  }

  /** @returns {number | null} the number of the oldest call, or else request, without an answer; null: all have one */
  get oldest() {
    return this.connection?.oldest ?? this.control.oldest;
  }

  /**
   * @param {string} address
   * @returns {boolean} whether the kernel was there when it was connected to; programs may know it by another name
   */
  isAt(address) {
    return address !== '' && (address === this.address || address === this.#told);
  }

  /**
   * Asks the other kernels which ones live.
   * @returns {Promise<KernelsResponse>}
   * @throws {import('../errors/tree.js').AminoError} none of them answers
   */
  async kernelsBesides() {
    const others = this.control.besides();
    try {
      const ask = (/** @type {number} */ deadlineMs) => others.unary(ClientService.method.kernels, {}, { deadlineMs });
      return await others.first(ask, { shortMs: this.#settings.nextAfterMs, longMs: ASKED_MS });
    } finally {
      others.close();
    }
  }

  /**
   * The kernel answers at another address, or is lost: calls that have no answer end as with a lost connection.
   * @param {string} address the new one; empty: it is lost
   */
  leave(address) {
    this.left = this.#closed = true;
    this.#connection?.close(this.#gone(address));
    this.control.close();
  }

  /**
   * As `leave`, and another of the kernels is the one from now on.
   * @param {string} address the new one; empty: it is lost
   */
  forsake(address) {
    const why = this.#gone(address);
    this.control.giveUp(why);
    this.#connection?.close(why);
  }

  /** @param {string} address */
  #gone(address) {
    const why = address ? `answers at ${address} now, and the connection to its former address was given up` : 'is lost: its lease has ended';
    return new KernelUnavailable(`the kernel at ${this.address} ${why}`);
  }

  /**
   * Sends a call, after connecting again if the connection was lost.
   * @param {Call} call
   * @param {Uint8Array} address target and method, encoded
   * @param {readonly unknown[] | Uint8Array} args
   */
  send(call, address, args) {
    const connection = this.#connection;
    if (connection && !connection.lost) {
      call.connection = connection;
      return connection.send(call, address, args);
    }
    this.#sendLater(call, address, args);
  }

  /**
   * @param {Call} call
   * @param {Uint8Array} address
   * @param {readonly unknown[] | Uint8Array} args
   */
  #sendLater(call, address, args) {
    let encoded = args;
    try {
      // The call means the arguments as they are now, even if they change while the connection is made.
      if (!(args instanceof Uint8Array)) encoded = this.#settings.codec.encodeArray(args);
    } catch (error) {
      return call.fail(notRun(error));
    }
    if (this.#fallback && performance.now() < this.#avoidUntil) return this.#forward(this.#fallback, call, address, encoded);
    const budgetMs = call.options?.budgetMs ?? this.#settings.budgetMs;
    const late = () => {
      const message = `${call} was not sent within ${budgetMs} ms: no connection to the kernel at ${this.address}`;
      if (!call.settled) call.fail(new DeadlineExceeded(message, { outcome: 'not_run' }));
    };
    const timer = setTimeout(late, budgetMs);
    this.open().then(
      (connection) => {
        clearTimeout(timer);
        if (call.settled) return;
        call.connection = connection;
        connection.send(call, address, encoded);
      },
      (error) => {
        clearTimeout(timer);
        if (call.settled) return;
        if (!this.#fallback) return this.#settings.onFailed(call, notRun(error), encoded);
        this.#avoidUntil = performance.now() + AVOID_MS;
        this.#forward(this.#fallback, call, address, encoded);
      },
    );
  }

  /**
   * @param {KernelLink} fallback
   * @param {Call} call
   * @param {Uint8Array} address
   * @param {readonly unknown[] | Uint8Array} args
   */
  #forward(fallback, call, address, args) {
    call.options = { ...call.options, flags: 0 };
    fallback.send(call, address, args);
  }

  /**
   * Connects to the kernel, or to the first of several that answers.
   * @returns {Promise<Connection>}
   */
  #connect() {
    return this.control.first((deadlineMs) => this.#connectHere(deadlineMs), { shortMs: this.#settings.nextAfterMs, longMs: HELLO_MS });
  }

  /**
   * @param {number} deadlineMs of the kernel's first answer
   * @returns {Promise<Connection>}
   */
  async #connectHere(deadlineMs) {
    const { clientId, version, transport } = this.#settings;
    const hello = await this.control.unary(ClientService.method.hello, { clientId, hostId: hostId(), version, wireVersion: VERSION }, { deadlineMs });
    this.kernelId = hello.kernelId;
    this.#told = hello.endpoints?.grpc ?? '';
    checkVersion(hello.wireVersion, `kernel ${hello.kernelId} at ${this.address}`);
    /** @type {unknown} */
    let problem = null;
    for (const [name, carrier] of this.#carriers(hello, transport)) {
      const connection = new Connection(carrier, { ...this.#settings, token: hello.laneToken || null });
      try {
        await connection.open();
      } catch (error) {
        problem = error;
        continue;
      }
      if (this.#closed) {
        connection.close(new KernelUnavailable('the client was closed'));
        break;
      }
      this.#connection = connection;
      this.carrier = name;
      return connection;
    }
    throw problem ?? new KernelUnavailable(`the kernel at ${this.address} offers no ${transport} that this client may use`);
  }

  /**
   * @param {HelloResponse} hello
   * @param {Transport} transport
   * @returns {[name: string, carrier: Carrier][]} best first
   */
  #carriers(hello, transport) {
    /** @type {[string, Carrier][]} */
    const carriers = [];
    const { laneUnix = '', laneTcp = '' } = hello.endpoints ?? {};
    if (transport !== 'grpc') {
      if (laneUnix) carriers.push([`unix:${laneUnix}`, new SocketCarrier({ path: laneUnix })]);
      if (laneTcp) carriers.push([`tcp:${laneTcp}`, new SocketCarrier(hostAndPort(laneTcp))]);
    }
    if (transport !== 'lane') {
      const open = () => this.control.session(this.#settings.clientId);
      carriers.push(['grpc', new SessionCarrier(open, this.address, (error) => this.control.explain(error))]);
    }
    return carriers;
  }

  close() {
    this.#closed = true;
    this.#connection?.close(new KernelUnavailable('the client was closed'));
    this.control.close();
  }
}

/**
 * @param {string} address `host:port`, the host in brackets when it is IPv6
 * @returns {{ host: string, port: number }}
 */
function hostAndPort(address) {
  const split = address.lastIndexOf(':');
  return { host: address.slice(0, split).replace(/^\[|\]$/g, ''), port: Number(address.slice(split + 1)) };
}
