/** The patience with a kernel that is asked how another one does. */
export const ASKED_MS: 5000;
/** The way to one kernel: gRPC for control, and a connection for calls that is opened when needed and again after it was lost. */
export class KernelLink {
    /**
     * @param {readonly string[]} addresses host:port of the kernel's gRPC, or of several kernels any of which will do
     * @param {LinkSettings} settings
     * @param {KernelLink | null} [fallback] the kernel that forwards calls while this one cannot be reached from here
     */
    constructor(addresses: readonly string[], settings: LinkSettings, fallback?: KernelLink | null);
    /** @readonly */
    readonly control: Control;
    /** Id of the kernel; empty before the first hello. */
    kernelId: string;
    /** Whether it was left, since its kernel has another address. */
    left: boolean;
    /** How calls travel at present, for people: `unix:…`, `tcp:…` or `grpc`. */
    carrier: string;
    /** @returns {string} host:port of the kernel's gRPC */
    get address(): string;
    /**
     * Opens the connection for calls, or gives the one there is.
     * @returns {Promise<Connection>}
     * @throws {import('../errors/tree.js').AminoError}
     */
    open(): Promise<Connection>;
    /** @returns {Connection | null} the connection for calls; null: there is none at present */
    get connection(): Connection | null;
    /** @returns {boolean} whether calls travel within this machine, which no address concerns */
    get near(): boolean;
    /** @returns {number | null} the number of the oldest call, or else request, without an answer; null: all have one */
    get oldest(): number | null;
    /**
     * @param {string} address
     * @returns {boolean} whether the kernel was there when it was connected to; programs may know it by another name
     */
    isAt(address: string): boolean;
    /**
     * Asks the other kernels which ones live.
     * @returns {Promise<KernelsResponse>}
     * @throws {import('../errors/tree.js').AminoError} none of them answers
     */
    kernelsBesides(): Promise<KernelsResponse>;
    /**
     * The kernel answers at another address, or is lost: calls that have no answer end as with a lost connection.
     * @param {string} address the new one; empty: it is lost
     */
    leave(address: string): void;
    /**
     * As `leave`, and another of the kernels is the one from now on.
     * @param {string} address the new one; empty: it is lost
     */
    forsake(address: string): void;
    /**
     * Sends a call, after connecting again if the connection was lost.
     * @param {Call} call
     * @param {Uint8Array} address target and method, encoded
     * @param {readonly unknown[] | Uint8Array} args
     */
    send(call: Call, address: Uint8Array, args: readonly unknown[] | Uint8Array): any;
    close(): void;
    #private;
}
export type Transport = "auto" | "lane" | "grpc";
export type LinkSettings = Omit<ConnectionSettings, "token"> & {
    transport: Transport;
    version: string;
    nextAfterMs: number;
};
import { Control } from './control.js';
import { Connection } from '../lane/connection.js';
import type { KernelsResponse } from '../pb/client_pb.js';
import type { Call } from '../lane/call.js';
import type { ConnectionSettings } from '../lane/connection.js';
