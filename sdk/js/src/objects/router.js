import { ASKED_MS, KernelLink } from '../control/kernel_link.js';
import { notRun } from '../errors/not_run.js';
import { AminoError, Cancelled, DeadlineExceeded } from '../errors/tree.js';
import { Call } from '../lane/call.js';
import { ClientService } from '../pb/client_pb.js';
import { FLAG_MOVED } from '../protocol.js';
import { Reference } from '../wire/reference.js';
import { DirectWatch } from './direct_watch.js';
import { Route, isFollowed, keepsItsError } from './route.js';
import { Target } from './target.js';

/**
 * @import { LinkSettings } from '../control/kernel_link.js'
 * @import { ObjectRecord } from '../pb/common_pb.js'
 * @import { PreparedOptions } from './call_options.js'
 * @import { Place } from './target.js'
 */

/** Says over which kernel an object is called, and sends calls that did not run after an object that moved. */
export class Router {
  #settings;
  #budgetMs;
  #closed = false;
  /** @type {Map<string, KernelLink>} links to other kernels than the home, by gRPC address */
  #others = new Map();
  #watch = new DirectWatch(() => this.#watched(), (link) => { this.#find(link).catch(() => { /* the next look asks again */ }); });

  /**
   * @param {readonly string[]} addresses of kernels, any of which may be the home kernel
   * @param {Omit<LinkSettings, 'onFailed'>} settings
   */
  constructor(addresses, settings) {
    this.#settings = { ...settings, onFailed: this.#failed.bind(this) };
    this.#budgetMs = settings.budgetMs;
    /** The kernel that the client connected to; another one when it stops. It forwards where the client cannot go. @readonly */
    this.home = new KernelLink(addresses, this.#settings);
  }

  /**
   * Connects to the home kernel.
   * @throws {AminoError} KernelUnavailable: none of the kernels answers
   */
  async open() {
    await this.home.open();
    if (this.#hasOtherHomes) this.#watch.start();
  }

  /** @returns {boolean} whether another kernel can tell how the home kernel does, and take its place */
  get #hasOtherHomes() {
    return this.home.control.choices > 1;
  }

  /** @returns {KernelLink[]} whose requests may stay without an answer for ever */
  #watched() {
    const direct = this.#others.values();
    return this.#hasOtherHomes ? [this.home, ...direct] : [...direct];
  }

  /**
   * @param {ObjectRecord} record
   * @returns {Target}
   */
  targetOf(record) {
    const className = record.interface?.name || record.spec?.artifact?.className || null;
    const reference = new Reference(record.id, className, Number(record.status?.epoch ?? 0), this.home.address);
    return new Target(reference, record.name, this.#placeOf(record), record.interface);
  }

  /**
   * @param {Reference} reference that came in a value; where its object is at present is for the home kernel to find out
   * @returns {Target}
   */
  targetOfReference(reference) {
    return new Target(reference, '', { link: this.home, direct: false, epoch: Number(reference.epoch) });
  }

  /**
   * A kernel may be called directly when nothing has to happen on the caller's side.
   * @param {ObjectRecord} record
   * @returns {Place}
   */
  #placeOf(record) {
    const epoch = Number(record.status?.epoch ?? 0);
    const replicas = record.status?.replicas ?? [];
    const [replica] = replicas;
    const address = replica?.endpoints?.grpc;
    const plain = (record.spec?.deploymentManagers ?? []).length === 0 && replicas.length === 1;
    if (!plain || !address || !replica || replica.kernelId === this.home.kernelId || address === this.home.address) {
      return { link: this.home, direct: false, epoch };
    }
    let link = this.#others.get(address);
    if (!link) {
      link = new KernelLink([address], this.#settings, this.home);
      this.#others.set(address, link);
    }
    this.#watch.start();
    return { link, direct: true, epoch };
  }

  /**
   * @param {Target} target
   * @param {string} method
   * @param {unknown[]} args
   * @param {PreparedOptions} options
   * @returns {Promise<unknown>}
   */
  invoke(target, method, args, options) {
    if (target.place.link.left) this.#leave(target);
    return new Promise((resolve, reject) => {
      const { place } = target;
      const wire = place.direct ? { ...options.wire, flags: FLAG_MOVED } : options.wire;
      const call = new Call(target.id, method, wire, resolve, reject);
      call.object = target;
      call.place = place;
      call.startedAt = performance.now();
      if (options.signal && !this.#listen(call, options.signal)) return;
      place.link.send(call, target.address(method), args);
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
   * @param {Call} call
   * @param {unknown} error
   * @param {readonly unknown[] | Uint8Array} args
   */
  #failed(call, error, args) {
    if (this.#closed || !(error instanceof AminoError) || !isFollowed(error.code, error.outcome)) return call.fail(error);
    call.route ??= new Route(call.startedAt + (call.options?.budgetMs ?? this.#budgetMs));
    this.#follow(call, error, args).catch((problem) => { if (!call.settled) call.fail(notRun(problem)); });
  }

  /**
   * @param {Call} call that did not run
   * @param {AminoError} error
   * @param {readonly unknown[] | Uint8Array} args
   */
  async #follow(call, error, args) {
    const route = /** @type {Route} */ (call.route);
    const target = /** @type {Target} */ (call.object);
    const tried = /** @type {Place} */ (call.place);
    // The kernel makes the id of a request of its place in its frame, which is another one the next time.
    const sent = call.frame ? `${this.#settings.clientId}/${call.frame.seq}/${call.index}` : undefined;
    const requestId = call.options?.requestId ?? sent;
    // Until it is sent again, the call belongs to no connection: an abort finds that out here.
    call.connection = null;
    let step = route.failed(error.code, error.outcome, performance.now());
    if (step.action === 'refresh') {
      try {
        await (target.asking ??= this.#ask(target).finally(() => { target.asking = null; }));
      } catch (problem) {
        throw problem instanceof AminoError && keepsItsError(error.code, problem.code) ? error : problem;
      }
      step = route.found(target.place.link !== tried.link || target.place.epoch !== tried.epoch, performance.now());
    }
    if (step.action === 'wait') {
      await pause(step.pauseMs);
      step = route.waited(performance.now());
    }
    if (call.settled) return;
    if (step.action === 'fail') return call.fail(error);
    if (step.action === 'expire') {
      const message = `${call} did not run: its object was on the move until the time of the call was over. Call again (${error.message})`;
      return call.fail(new DeadlineExceeded(message, { cause: error, outcome: 'not_run' }));
    }
    const { place } = target;
    call.place = place;
    call.options = { ...call.options, requestId, budgetMs: route.deadline - performance.now(), flags: place.direct ? FLAG_MOVED : 0 };
    place.link.send(call, target.address(call.method), args);
  }

  /**
   * Leaves a link on which nothing is answered, where its kernel is lost, or has another address now.
   * @param {KernelLink} link
   */
  async #find(link) {
    const { connection, address } = link;
    const isHome = link === this.home;
    if (!connection && !isHome) return;
    const { kernels } = await (isHome ? link.kernelsBesides() : this.home.control.unary(ClientService.method.kernels, {}, { deadlineMs: ASKED_MS }));
    const now = kernels.find(({ id }) => id === link.kernelId)?.endpoints?.grpc ?? '';
    // No address concerns a connection within this machine.
    if (link.isAt(now) || link.address !== address || link.connection !== connection || (now && link.near)) return;
    if (isHome) return link.forsake(now);
    this.#others.delete(link.address);
    link.leave(now);
  }

  /**
   * Calls go through the home kernel until it is known where the object's own kernel is now.
   * @param {Target} target
   */
  #leave(target) {
    target.place = { link: this.home, direct: false, epoch: target.place.epoch };
    target.asking ??= this.#ask(target).finally(() => { target.asking = null; });
    target.asking.catch(() => { /* its calls will say what is wrong with it */ });
  }

  /** @param {Target} target */
  async #ask(target) {
    // The kernel that is asked is the one that would be called.
    await this.home.open();
    const { object } = await this.home.control.unary(ClientService.method.get, { nameOrId: target.id });
    if (object) target.place = this.#placeOf(object);
  }

  close() {
    this.#closed = true;
    this.#watch.stop();
    this.home.close();
    for (const link of this.#others.values()) link.close();
  }
}

/** @param {number} milliseconds */
function pause(milliseconds) {
  return new Promise((resolve) => { setTimeout(resolve, milliseconds); });
}
