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
    /**
     * @param {Codec} codec
     * @param {number} budgetMs time of a call that names none
     * @param {number} now milliseconds
     * @param {Sequence} sequence
     * @param {OnFailed} onFailed
     */
    constructor(codec: Codec, budgetMs: number, now: number, sequence: Sequence, onFailed: OnFailed);
    wheel: TimerWheel;
    /** @param {number} bytes of the largest frame that the peer takes */
    limitFrames(bytes: number): void;
    /** @returns {number} calls without an answer */
    get unanswered(): number;
    /** @returns {number | null} the number of the oldest request without an answer, also where its callers have given up; null: all have one */
    get oldest(): number | null;
    /**
     * Adds a call to what leaves next. A call that cannot be written fails alone.
     * @param {Call} call
     * @param {Uint8Array} address target and method, encoded
     * @param {readonly unknown[] | Uint8Array} args values, or the array of them as it was sent before
     * @param {number} now milliseconds
     */
    add(call: Call, address: Uint8Array, args: readonly unknown[] | Uint8Array, now: number): void;
    /** @returns {Buffer | null} the next frame to send, its length in front */
    take(): Buffer | null;
    /** @returns {boolean} whether `take` would give a frame */
    get hasMore(): boolean;
    /** @param {Buffer} frame that leaves behind what is there already */
    post(frame: Buffer): void;
    /**
     * Takes a reply apart.
     * @param {Reader} reader behind the kind of the frame
     * @param {boolean} partial
     * @throws {FrameInvalid} it answers something that was not asked
     */
    settle(reader: Reader, partial: boolean): void;
    /**
     * Fails a call whose caller no longer waits, and tells the kernel.
     * @param {Call} call
     * @param {unknown} [reason] of the caller
     */
    cancel(call: Call, reason?: unknown): void;
    /**
     * Fails the calls whose time is over.
     * @param {number} now milliseconds
     */
    expire(now: number): void;
    /**
     * The kernel runs no request behind the last one: those calls have not run, and the others are waited for.
     * @param {import('../errors/tree.js').AminoError} reason
     * @param {number} last
     */
    leave(reason: import("../errors/tree.js").AminoError, last: number): void;
    /**
     * The connection is gone: every call fails, and says whether it may have run.
     * @param {import('../errors/tree.js').AminoError} reason
     */
    lose(reason: import("../errors/tree.js").AminoError): void;
    #private;
}
/**
 * Numbers of requests, shared by all connections of a client: the kernel makes request ids of them, which must not come again on a new connection.
 */
export type Sequence = {
    next: number;
};
/**
 * ends a call that has failed, or sends it elsewhere
 */
export type OnFailed = (call: Call, error: unknown, args: readonly unknown[] | Uint8Array) => any;
import { TimerWheel } from './timer_wheel.js';
import type { Call } from './call.js';
import type { Reader } from '../wire/reader.js';
import type { Codec } from '../wire/codec.js';
