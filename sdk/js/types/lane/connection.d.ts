/**
 * @typedef {object} ConnectionSettings
 * @property {string} clientId
 * @property {string | null} token
 * @property {number} budgetMs time of a call that names none
 * @property {import('../wire/codec.js').Codec} codec
 * @property {import('./outgoing_calls.js').Sequence} sequence
 * @property {import('./outgoing_calls.js').OnFailed} onFailed
 */
/**
 * One connection to a kernel, over whatever carries it. Calls made in one turn of the loop leave in one frame; while a frame is being written,
 * later calls gather. The thin shell around `OutgoingCalls`: it owns the carrier, the clock and the timer.
 */
export class Connection {
    /**
     * @param {Carrier} carrier
     * @param {ConnectionSettings} settings
     */
    constructor(carrier: Carrier, settings: ConnectionSettings);
    /** @type {AminoError | null} why it is over */
    lost: AminoError | null;
    /** Id of the kernel; empty before its hello. */
    kernel: string;
    /** @returns {string} where the kernel answers, for messages */
    get peer(): string;
    /** @returns {number | null} the number of the oldest request without an answer; null: all have one */
    get oldest(): number | null;
    /**
     * Connects and exchanges hellos.
     * @returns {Promise<void>}
     * @throws {AminoError} KernelUnavailable, or what the kernel said in its goodbye
     */
    open(): Promise<void>;
    /**
     * Sends a call with what else is called in this turn of the loop.
     * @param {Call} call
     * @param {Uint8Array} address target and method, encoded
     * @param {readonly unknown[] | Uint8Array} args
     */
    send(call: Call, address: Uint8Array, args: readonly unknown[] | Uint8Array): any;
    /**
     * @param {Call} call that was sent here
     * @param {unknown} reason
     */
    cancel(call: Call, reason: unknown): void;
    /** @param {AminoError} reason for the calls that have no answer */
    close(reason: AminoError): void;
    #private;
}
export type Call = import("./call.js").Call;
export type Carrier = import("./socket_carrier.js").Carrier;
export type ConnectionSettings = {
    clientId: string;
    token: string | null;
    /**
     * time of a call that names none
     */
    budgetMs: number;
    codec: import("../wire/codec.js").Codec;
    sequence: import("./outgoing_calls.js").Sequence;
    onFailed: import("./outgoing_calls.js").OnFailed;
};
import { AminoError } from '../errors/tree.js';
