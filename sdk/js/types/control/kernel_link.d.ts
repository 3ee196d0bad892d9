/** The way to one kernel: gRPC for control, and a connection for calls that is opened when needed and again after it was lost. */
export class KernelLink {
    /**
     * @param {string} address host:port of the kernel's gRPC
     * @param {LinkSettings} settings
     * @param {KernelLink | null} [fallback] the kernel that forwards calls while this one cannot be reached from here
     */
    constructor(address: string, settings: LinkSettings, fallback?: KernelLink | null);
    /** @readonly */
    readonly address: string;
    /** @readonly */
    readonly control: Control;
    /** Id of the kernel; empty before the first hello. */
    kernelId: string;
    /** How calls travel at present, for people: `unix:…`, `tcp:…` or `grpc`. */
    carrier: string;
    /**
     * Opens the connection for calls, or gives the one there is.
     * @returns {Promise<Connection>}
     * @throws {import('../errors/tree.js').AminoError}
     */
    open(): Promise<Connection>;
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
};
import { Control } from './control.js';
import { Connection } from '../lane/connection.js';
import type { Call } from '../lane/call.js';
import type { ConnectionSettings } from '../lane/connection.js';
