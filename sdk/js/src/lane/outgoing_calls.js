import { AminoError, Cancelled, DeadlineExceeded, FrameInvalid, KernelUnavailable, Overloaded } from '../errors/tree.js';
import { asValueInvalid } from '../wire/codec.js';
import { ValueDecoder } from '../wire/decode.js';
import { DEPTH_LIMIT, UNANSWERED_LIMIT } from '../protocol.js';
import { TooLarge } from '../wire/unwritable.js';
import { cancelFrame } from './frames.js';
import { Gathering } from './gathering.js';
import { isRaised, readIndexes } from './replies.js';
import { TimerWheel } from './timer_wheel.js';

/**
 * @import { Codec } from '../wire/codec.js'
 * @import { Reader } from '../wire/reader.js'
 * @import { Call } from './call.js'
 * @import { SentFrame } from './gathering.js'
 */

/** Bytes after which a frame is closed although further calls gather: the first answers should not wait for all. */
const FRAME_SIZE = 256 * 1024;
const QUEUE_LIMIT = 4 * UNANSWERED_LIMIT;
/** How much longer than its budget a call is waited for: the kernel's own DEADLINE_EXCEEDED says more than ours. */
const GRACE_MS = 250;

/**
 * Numbers of requests, shared by all connections of a client: the kernel makes request ids of them, which must not come again on a new connection.
 * @typedef {{ next: number }} Sequence
 */

/**
 * @callback OnFailed ends a call that has failed, or sends it elsewhere
 * @param {Call} call
 * @param {unknown} error
 * @param {readonly unknown[] | Uint8Array} args its arguments, or the array of them as it was sent
 */

/** Calls that leave on one connection: gathered into frames, answered, cancelled, timed out. Pure: bytes and the clock in, frames out. */
export class OutgoingCalls {
  #gathering;
  #decoder;
  /** @type {{ bytes: Buffer, request: SentFrame | null }[]} */
  #outbox = [];
  /** @type {Map<number, SentFrame>} */
  #sent = new Map();
  #sequence;
  #waiting = 0;
  #budgetMs;
  #onFailed;

  /**
   * @param {Codec} codec
   * @param {number} budgetMs time of a call that names none
   * @param {number} now milliseconds
   * @param {Sequence} sequence
   * @param {OnFailed} onFailed
   */
  constructor(codec, budgetMs, now, sequence, onFailed) {
    this.#gathering = new Gathering(codec);
    this.#decoder = new ValueDecoder(codec.fromReference, codec.toReference, codec.hooks);
    this.#budgetMs = budgetMs;
    this.#sequence = sequence;
    this.#onFailed = onFailed;
    this.wheel = new TimerWheel(now);
  }

  /** @param {number} bytes of the largest frame that the peer takes */
  limitFrames(bytes) {
    this.#gathering.limitFrames(bytes);
  }

  /** @returns {number} calls without an answer */
  get unanswered() {
    return this.#waiting;
  }

  /** @returns {number | null} the number of the oldest request without an answer, also where its callers have given up; null: all have one */
  get oldest() {
    return this.#sent.keys().next().value ?? null;
  }

  /**
   * Adds a call to what leaves next. A call that cannot be written fails alone.
   * @param {Call} call
   * @param {Uint8Array} address target and method, encoded
   * @param {readonly unknown[] | Uint8Array} args values, or the array of them as it was sent before
   * @param {number} now milliseconds
   */
  add(call, address, args, now) {
    if (this.#waiting >= QUEUE_LIMIT) {
      return call.fail(new Overloaded(`${call} was not sent: ${this.#waiting} calls wait for this kernel; wait for some of them first`));
    }
    if (this.#gathering.size > FRAME_SIZE) this.#close();
    try {
      this.#gather(call, address, args);
    } catch (error) {
      return call.fail(error);
    }
    call.budgetMs = call.options?.budgetMs ?? this.#budgetMs;
    this.#waiting++;
    this.wheel.add(call, now + call.budgetMs + GRACE_MS);
  }

  /**
   * @param {Call} call
   * @param {Uint8Array} address
   * @param {readonly unknown[] | Uint8Array} args
   */
  #gather(call, address, args) {
    try {
      this.#gathering.add(call, address, args);
    } catch (error) {
      if (!(error instanceof TooLarge)) throw error;
      this.#close();
      this.#gathering.add(call, address, args);
    }
  }

  /** Makes a frame of the gathered calls. */
  #close() {
    if (this.#gathering.count === 0) return;
    const frame = this.#gathering.close(this.#sequence.next++, this.#budgetMs);
    this.#sent.set(frame.seq, frame);
    this.#outbox.push({ bytes: frame.bytes, request: frame });
  }

  /** @returns {Buffer | null} the next frame to send, its length in front */
  take() {
    if (this.#outbox.length === 0) this.#close();
    const next = this.#outbox.shift();
    if (next?.request) next.request.departed = true;
    return next?.bytes ?? null;
  }

  /** @returns {boolean} whether `take` would give a frame */
  get hasMore() {
    return this.#outbox.length > 0 || this.#gathering.count > 0;
  }

  /** @param {Buffer} frame that leaves behind what is there already */
  post(frame) {
    this.#close();
    this.#outbox.push({ bytes: frame, request: null });
  }

  /**
   * Takes a reply apart.
   * @param {Reader} reader behind the kind of the frame
   * @param {boolean} partial
   * @throws {FrameInvalid} it answers something that was not asked
   */
  settle(reader, partial) {
    const seq = reader.unsignedInteger();
    const frame = this.#sent.get(seq);
    if (!frame) throw new FrameInvalid(`the kernel answered request ${seq}, which does not wait`);
    const indexes = partial ? readIndexes(reader) : null;
    const count = reader.arrayHeader();
    if (count !== (indexes ? indexes.length : frame.calls.length)) throw new FrameInvalid(`the kernel answered request ${seq} with ${count} outcomes`);
    for (let position = 0; position < count; position++) {
      const index = indexes ? /** @type {number} */ (indexes[position]) : position;
      const call = frame.calls[index];
      if (!call) throw new FrameInvalid(`the kernel answered call ${index} of request ${seq}, which does not wait`);
      frame.calls[index] = null;
      frame.left--;
      this.#outcome(reader, call);
    }
    if (frame.left === 0) this.#sent.delete(seq);
  }

  /**
   * @param {Reader} reader before an outcome; behind it afterwards
   * @param {Call} call
   */
  #outcome(reader, call) {
    const { at, end } = reader;
    this.wheel.remove(call);
    this.#waiting--;
    let value;
    let error = null;
    const raised = isRaised(reader);
    try {
      if (raised) error = this.#decoder.raised(reader);
      else value = this.#decoder.value(reader);
    } catch (problem) {
      reader.at = at;
      reader.end = end;
      reader.skip(2 * DEPTH_LIMIT);
      error = asValueInvalid(problem, `result of ${call}`);
      if (error instanceof AminoError) error.outcome = raised ? 'unknown' : 'ran';
    }
    if (call.settled) return;
    if (error === null) call.succeed(value);
    else this.#onFailed(call, error, argsOf(call));
  }

  /**
   * Fails a call whose caller no longer waits, and tells the kernel.
   * @param {Call} call
   * @param {unknown} [reason] of the caller
   */
  cancel(call, reason) {
    if (call.settled) return;
    const error = new Cancelled(`${call} was cancelled by its caller; it may have run`);
    if (reason !== undefined) error.cause = reason;
    this.#abandon(call, error);
  }

  /**
   * Fails the calls whose time is over.
   * @param {number} now milliseconds
   */
  expire(now) {
    for (const timed of this.wheel.advance(now)) {
      const call = /** @type {Call} */ (timed);
      const details = { object: call.target, method: call.method, budget_ms: call.budgetMs };
      this.#abandon(call, new DeadlineExceeded(`${call} was not answered within ${call.budgetMs} ms; it may have run`, { details }));
    }
  }

  /**
   * @param {Call} call
   * @param {unknown} error
   */
  #abandon(call, error) {
    this.wheel.remove(call);
    if (!call.frame) this.#close();
    if (call.frame) this.post(cancelFrame(call.frame.seq, [call.index]));
    // It keeps its place in its frame: the kernel still answers it.
    if (!call.settled) call.fail(error);
  }

  /**
   * The kernel runs no request behind the last one: those calls have not run, and the others are waited for.
   * @param {import('../errors/tree.js').AminoError} reason
   * @param {number} last
   */
  leave(reason, last) {
    this.#close();
    const later = [...this.#sent.values()].filter((frame) => frame.seq > last || !frame.departed);
    for (const frame of later) {
      this.#sent.delete(frame.seq);
      frame.departed = false;
    }
    this.#outbox = [];
    this.#waiting -= later.reduce((sum, frame) => sum + frame.left, 0);
    this.#fail(later, reason);
  }

  /**
   * The connection is gone: every call fails, and says whether it may have run.
   * @param {import('../errors/tree.js').AminoError} reason
   */
  lose(reason) {
    this.#close();
    const sent = [...this.#sent.values()];
    this.#sent.clear();
    this.#outbox = [];
    this.#waiting = 0;
    this.#fail(sent, reason);
  }

  /**
   * @param {SentFrame[]} sent
   * @param {import('../errors/tree.js').AminoError} reason
   */
  #fail(sent, reason) {
    for (const call of sent.flatMap((frame) => frame.calls)) {
      if (!call || call.settled) continue;
      this.wheel.remove(call);
      const departed = call.frame?.departed ?? false;
      const fate = departed ? 'it may have run' : 'it did not run';
      const details = { ...reason.details, object: call.target, method: call.method };
      const outcome = departed ? 'unknown' : 'not_run';
      const error = new KernelUnavailable(`${call} has no answer, ${fate}: ${reason.message}`, { details, cause: reason, outcome });
      this.#onFailed(call, error, argsOf(call));
    }
  }
}

/**
 * @param {Call} call that was sent
 * @returns {Uint8Array} its arguments, as they were sent
 */
function argsOf(call) {
  const frame = /** @type {SentFrame} */ (call.frame);
  return frame.bytes.subarray(frame.offset + call.argsStart, frame.offset + call.argsEnd);
}
