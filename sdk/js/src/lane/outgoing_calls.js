import { Cancelled, DeadlineExceeded, FrameInvalid, KernelUnavailable, Moved, Overloaded, ValueInvalid } from '../errors/tree.js';
import { asValueInvalid, encodeItems } from '../wire/codec.js';
import { ValueDecoder } from '../wire/decode.js';
import { ValueEncoder } from '../wire/encode.js';
import { MAX_DEPTH } from '../wire/limits.js';
import { TooLarge, Unwritable, Writer } from '../wire/writer.js';
import { PREFIX, REQUEST, cancelFrame, framed } from './frames.js';
import { encodeOptions } from './options.js';
import { isRaised, readIndexes } from './replies.js';
import { TimerWheel } from './timer_wheel.js';

/** @typedef {import('./call.js').Call} Call */
/** @typedef {import('../wire/reader.js').Reader} Reader */

/** Bytes after which a frame is closed although further calls gather: the first answers should not wait for all. */
const FRAME_SIZE = 256 * 1024;
const QUEUE_LIMIT = 4 * 65_536;
/** How much longer than its budget a call is waited for: the kernel's own DEADLINE_EXCEEDED says more than ours. */
const GRACE_MS = 250;
const HEADER_ROOM = 64;

/**
 * A request that waits for answers.
 * @typedef {object} SentFrame
 * @property {number} seq
 * @property {(Call | null)[]} calls null once answered
 * @property {number} left how many are not answered
 * @property {Buffer} bytes
 * @property {number} offset where its calls begin
 * @property {boolean} departed whether it was given to the carrier
 */

/**
 * Numbers of requests, shared by all connections of a client: the kernel makes request ids of them, which must not come again on a new connection.
 * @typedef {{ next: number }} Sequence
 */

/**
 * @callback OnMoved a call that did not run, since its object is elsewhere
 * @param {Call} call
 * @param {Moved} moved
 * @param {Uint8Array} args the array of its arguments, as it was sent
 */

/** Calls that leave on one connection: gathered into frames, answered, cancelled, timed out. Pure: bytes and the clock in, frames out. */
export class OutgoingCalls {
  #calls = new Writer();
  #options = new Writer();
  #head = new Writer();
  #callEncoder;
  #optionEncoder;
  #decoder;
  /** @type {Call[]} */
  #gathered = [];
  #optionCount = 0;
  /** @type {{ bytes: Buffer, request: SentFrame | null }[]} */
  #outbox = [];
  /** @type {Map<number, SentFrame>} */
  #sent = new Map();
  #sequence;
  #waiting = 0;
  #budgetMs;
  #onMoved;
  #frameLimit = this.#calls.limit;

  /**
   * @param {import('../wire/codec.js').Codec} codec
   * @param {number} budgetMs time of a call that names none
   * @param {number} now milliseconds
   * @param {Sequence} sequence
   * @param {OnMoved} onMoved
   */
  constructor(codec, budgetMs, now, sequence, onMoved) {
    this.#callEncoder = new ValueEncoder(this.#calls, codec.toReference);
    this.#optionEncoder = new ValueEncoder(this.#options, codec.toReference);
    this.#decoder = new ValueDecoder(codec.fromReference, codec.toReference);
    this.#budgetMs = budgetMs;
    this.#sequence = sequence;
    this.#onMoved = onMoved;
    this.wheel = new TimerWheel(now);
    this.frameLimit = this.#frameLimit;
  }

  /** @returns {number} bytes of the largest frame that the peer takes */
  get frameLimit() {
    return this.#frameLimit;
  }

  set frameLimit(bytes) {
    this.#frameLimit = bytes;
    this.#calls.limit = bytes - HEADER_ROOM;
    this.#options.limit = bytes - HEADER_ROOM;
  }

  /** @returns {number} calls without an answer */
  get unanswered() {
    return this.#waiting;
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
    if (this.#calls.length + this.#options.length > FRAME_SIZE) this.#close();
    const problem = this.#write(call, address, args);
    if (problem) return call.fail(problem);
    call.index = this.#gathered.push(call) - 1;
    call.frame = null;
    call.budgetMs = call.options?.budgetMs ?? this.#budgetMs;
    this.#waiting++;
    this.wheel.add(call, now + call.budgetMs + GRACE_MS);
  }

  /**
   * @param {Call} call
   * @param {Uint8Array} address
   * @param {readonly unknown[] | Uint8Array} args
   * @returns {unknown} why it cannot be written; null when it is
   */
  #write(call, address, args) {
    const start = this.#calls.length;
    const optionStart = this.#options.length;
    try {
      this.#encode(call, address, args);
    } catch (error) {
      this.#calls.length = start;
      this.#options.length = optionStart;
      if (error instanceof TooLarge && this.#gathered.length > 0) {
        this.#close();
        return this.#write(call, address, args);
      }
      const problem = asValueInvalid(error, error instanceof Unwritable && error.path ? '' : 'the arguments');
      return problem instanceof ValueInvalid ? new ValueInvalid(`${call} was not called: ${problem.message}`) : problem;
    }
    return null;
  }

  /**
   * @param {Call} call
   * @param {Uint8Array} address
   * @param {readonly unknown[] | Uint8Array} args
   */
  #encode(call, address, args) {
    this.#calls.raw(address);
    call.argsStart = this.#calls.length;
    if (args instanceof Uint8Array) this.#calls.raw(args);
    else encodeItems(this.#callEncoder, args, 'args');
    call.argsEnd = this.#calls.length;
    const optioned = call.options !== null && this.#encodeOptions(call.options);
    if (this.#calls.length + this.#options.length > this.#calls.limit) throw new TooLarge(this.#frameLimit);
    if (optioned) this.#optionCount++;
  }

  /**
   * @param {import('./options.js').WireOptions} options
   * @returns {boolean} whether there are any
   */
  #encodeOptions(options) {
    const start = this.#options.length;
    this.#options.integer(this.#gathered.length);
    const any = encodeOptions(this.#optionEncoder, options);
    if (!any) this.#options.length = start;
    return any;
  }

  /** Makes a frame of what has gathered. */
  #close() {
    const calls = this.#gathered;
    if (calls.length === 0) return;
    const seq = this.#sequence.next++;
    const head = this.#head;
    head.length = 0;
    head.array(this.#optionCount > 0 ? 5 : 4);
    head.integer(REQUEST);
    head.integer(seq);
    head.integer(Math.ceil(this.#budgetMs));
    head.array(3 * calls.length);
    const offset = PREFIX + head.length;
    const parts = [head.buffer.subarray(0, head.length), this.#calls.buffer.subarray(0, this.#calls.length)];
    if (this.#optionCount > 0) {
      head.map(this.#optionCount);
      parts.push(head.buffer.subarray(offset - PREFIX, head.length), this.#options.buffer.subarray(0, this.#options.length));
    }
    const bytes = framed(parts);
    const frame = { seq, calls, left: calls.length, bytes, offset, departed: false };
    for (const call of calls) call.frame = frame;
    this.#sent.set(seq, frame);
    this.#outbox.push({ bytes, request: frame });
    this.#gathered = [];
    this.#calls.clear();
    this.#options.clear();
    this.#optionCount = 0;
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
    return this.#outbox.length > 0 || this.#gathered.length > 0;
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
    try {
      if (isRaised(reader)) error = this.#decoder.raised(reader);
      else value = this.#decoder.value(reader);
    } catch (problem) {
      reader.at = at;
      reader.end = end;
      reader.skip(2 * MAX_DEPTH);
      error = asValueInvalid(problem, `result of ${call}`);
    }
    if (call.settled) return;
    if (error === null) call.succeed(value);
    else if (error instanceof Moved) this.#onMoved(call, error, argsOf(call));
    else call.fail(error);
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
   * The connection is gone: every call fails, and says whether it may have run.
   * @param {import('../errors/tree.js').AminoError} reason
   */
  lose(reason) {
    const sent = [...this.#sent.values()].flatMap((frame) => frame.calls);
    const gathered = this.#gathered;
    this.#sent.clear();
    this.#gathered = [];
    this.#outbox = [];
    this.#waiting = 0;
    for (const call of [...sent, ...gathered]) {
      if (!call || call.settled) continue;
      this.wheel.remove(call);
      const departed = call.frame?.departed ?? false;
      const fate = departed ? 'it may have run' : 'it was not sent';
      const details = { ...reason.details, object: call.target, method: call.method, sent: departed };
      call.fail(new KernelUnavailable(`${call} has no answer, ${fate}: ${reason.message}`, { details, cause: reason }));
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
