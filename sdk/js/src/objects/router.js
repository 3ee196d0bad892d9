import { KernelLink } from '../control/kernel_link.js';
import { notRun } from '../errors/not_run.js';
import { Cancelled, DeadlineExceeded } from '../errors/tree.js';
import { Call } from '../lane/call.js';
import { ClientService } from '../pb/client_pb.js';
import { FLAG_MOVED } from '../protocol.js';
import { Reference } from '../wire/reference.js';
import { Target } from './target.js';

/**
 * @import { Moved } from '../errors/tree.js'
 * @import { LinkSettings } from '../control/kernel_link.js'
 * @import { ObjectRecord } from '../pb/common_pb.js'
 * @import { PreparedOptions } from './stub.js'
 */

const MOST_MOVES = 64;
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 500;

/** Says over which kernel an object is called, and sends calls that did not run after an object that moved. */
export class Router {
  #settings;
  #budgetMs;
  /** @type {Map<string, KernelLink>} links to other kernels than the home, by gRPC address */
  #others = new Map();

  /**
   * @param {string} address of the home kernel
   * @param {Omit<LinkSettings, 'onMoved'>} settings
   */
  constructor(address, settings) {
    this.#settings = { ...settings, onMoved: this.#moved.bind(this) };
    this.#budgetMs = settings.budgetMs;
    /** The kernel that the client connected to. It forwards where the client cannot go. @readonly */
    this.home = new KernelLink(address, this.#settings);
  }

  /**
   * @param {ObjectRecord} record
   * @returns {Target}
   */
  targetOf(record) {
    const [link, direct] = this.#way(record);
    const className = record.interface?.name || record.spec?.artifact?.className || null;
    const reference = new Reference(record.id, className, Number(record.status?.epoch ?? 0), this.home.address);
    return new Target(reference, record.name, link, direct);
  }

  /**
   * @param {Reference} reference that came in a value; where its object is at present is for the home kernel to find out
   * @returns {Target}
   */
  targetOfReference(reference) {
    return new Target(reference, '', this.home, false);
  }

  /**
   * A kernel may be called directly when nothing has to happen on the caller's side.
   * @param {ObjectRecord} record
   * @returns {[link: KernelLink, direct: boolean]}
   */
  #way(record) {
    const replicas = record.status?.replicas ?? [];
    const [replica] = replicas;
    const address = replica?.endpoints?.grpc;
    const plain = (record.spec?.deploymentManagers ?? []).length === 0 && replicas.length === 1;
    if (!plain || !address || !replica || replica.kernelId === this.home.kernelId || address === this.home.address) return [this.home, false];
    let link = this.#others.get(address);
    if (!link) {
      link = new KernelLink(address, this.#settings, this.home);
      this.#others.set(address, link);
    }
    return [link, true];
  }

  /**
   * @param {Target} target
   * @param {string} method
   * @param {unknown[]} args
   * @param {PreparedOptions} options
   * @returns {Promise<unknown>}
   */
  invoke(target, method, args, options) {
    return new Promise((resolve, reject) => {
      const wire = target.direct ? { ...options.wire, flags: FLAG_MOVED } : options.wire;
      const call = new Call(target.id, method, wire, resolve, reject);
      call.route = target;
      call.startedAt = performance.now();
      if (options.signal && !this.#listen(call, options.signal)) return;
      target.link.send(call, target.address(method), args);
    });
  }

  /**
   * @param {Call} call
   * @param {AbortSignal} signal
   * @returns {boolean} false when it is aborted already; then the call has failed
   */
  #listen(call, signal) {
    if (signal.aborted) {
      call.fail(new Cancelled(`${call} was cancelled before it was sent`, { outcome: 'not_run' }));
      return false;
    }
    const abort = () => {
      if (call.connection) call.connection.cancel(call, signal.reason);
      else if (!call.settled) call.fail(new Cancelled(`${call} was cancelled before it was sent`, { outcome: 'not_run' }));
    };
    signal.addEventListener('abort', abort, { once: true });
    call.cleanup = () => signal.removeEventListener('abort', abort);
    return true;
  }

  /**
   * @param {Call} call that did not run
   * @param {Moved} moved
   * @param {Uint8Array} args as they were sent
   */
  #moved(call, moved, args) {
    this.#follow(call, moved, args).catch((error) => { if (!call.settled) call.fail(notRun(error)); });
  }

  /**
   * @param {Call} call
   * @param {Moved} moved
   * @param {Uint8Array} args
   */
  async #follow(call, moved, args) {
    const target = /** @type {Target} */ (call.route);
    const requestId = call.options?.requestId ?? `${this.#settings.clientId}/${call.frame?.seq}/${call.index}`;
    const budgetMs = call.startedBudgetMs ??= call.budgetMs || this.#budgetMs;
    // Until it is sent again, the call belongs to no connection: an abort finds that out here.
    call.connection = null;
    if (call.moves > 0) await pause(Math.min(FIRST_PAUSE_MS * 2 ** (call.moves - 1), LONGEST_PAUSE_MS));
    if (++call.moves > MOST_MOVES) throw moved;
    const { object } = await this.home.control.unary(ClientService.method.get, { nameOrId: call.target });
    if (call.settled) return;
    if (object) [target.link, target.direct] = this.#way(object);
    const left = call.startedAt + budgetMs - performance.now();
    if (left <= 0) throw new DeadlineExceeded(`${call} was not made within ${Math.round(budgetMs)} ms: its object is moving`, { cause: moved });
    call.options = { ...call.options, requestId, budgetMs: left, flags: target.direct ? FLAG_MOVED : 0 };
    target.link.send(call, target.address(call.method), args);
  }

  close() {
    this.home.close();
    for (const link of this.#others.values()) link.close();
  }
}

/** @param {number} milliseconds */
function pause(milliseconds) {
  return new Promise((resolve) => { setTimeout(resolve, milliseconds); });
}
