/** A kernel's `ClientService`, as grpc-js sees it; a server in tests uses it as well. */
export const SERVICE: ServiceDefinition<import("@grpc/grpc-js").UntypedServiceImplementation>;
/** One gRPC channel to a kernel, or to one of several after the other: everything but calls of objects. */
export class Control {
    /** @param {readonly string[]} addresses each host:port, tried in their order; the first is the one that is asked now */
    constructor(addresses: readonly string[]);
    /** @returns {string} host:port of the kernel that is asked */
    get address(): string;
    /** @returns {number} of addresses of kernels that may be asked */
    get choices(): number;
    /**
     * Asks the next kernel from now on, unless another request has said so before. Requests that are under way go on.
     * @param {string} from the address of the kernel that does not answer
     */
    leave(from: string): void;
    /** @returns {Control} the same of all kernels but the one that is asked now; to be closed */
    besides(): Control;
    /** @returns {number | null} the number of the oldest request without an answer; null: all have one */
    get oldest(): number | null;
    /**
     * Asks the next kernel from now on. What the one before has not answered ends as with a lost connection.
     * @param {KernelUnavailable} error
     */
    giveUp(error: KernelUnavailable): void;
    /**
     * Tries one kernel after the other until one answers. A process that stands still refuses nobody: where there are several, each has a
     * short time first.
     * @template T
     * @param {(deadlineMs: number) => Promise<T>} attempt
     * @param {{ shortMs: number, longMs: number }} times of one attempt
     * @returns {Promise<T>}
     * @throws what the first attempt said
     */
    first<T>(attempt: (deadlineMs: number) => Promise<T>, { shortMs, longMs }: {
        shortMs: number;
        longMs: number;
    }): Promise<T>;
    /** @returns {string} for messages */
    get who(): string;
    /**
     * One request, one response. A request with an id is sent again when the connection is lost before its answer came.
     * @template {DescMessage} I
     * @template {DescMessage} O
     * @param {DescMethod & { methodKind: 'unary', input: I, output: O }} method of `ClientService`
     * @param {MessageInitShape<I>} request
     * @param {RpcOptions} [options]
     * @returns {Promise<MessageShape<O>>}
     */
    unary<I extends DescMessage, O extends DescMessage>(method: DescMethod & {
        methodKind: "unary";
        input: I;
        output: O;
    }, request: MessageInitShape<I>, { deadlineMs, signal }?: RpcOptions): Promise<MessageShape<O>>;
    /**
     * One request, many responses.
     * @template {DescMessage} I
     * @template {DescMessage} O
     * @param {DescMethod & { methodKind: 'server_streaming', input: I, output: O }} method
     * @param {MessageInitShape<I>} request
     * @param {AbortSignal} [signal] ends it quietly
     * @returns {AsyncGenerator<MessageShape<O>, void, void>} leaving it ends the request
     */
    stream<I extends DescMessage, O extends DescMessage>(method: DescMethod & {
        methodKind: "server_streaming";
        input: I;
        output: O;
    }, request: MessageInitShape<I>, signal?: AbortSignal): AsyncGenerator<MessageShape<O>, void, void>;
    /**
     * Many requests, one response.
     * @template {DescMessage} I
     * @template {DescMessage} O
     * @param {DescMethod & { methodKind: 'client_streaming', input: I, output: O }} method
     * @param {Iterable<MessageInitShape<I>>} requests
     * @returns {Promise<MessageShape<O>>}
     */
    upload<I extends DescMessage, O extends DescMessage>(method: DescMethod & {
        methodKind: "client_streaming";
        input: I;
        output: O;
    }, requests: Iterable<MessageInitShape<I>>): Promise<MessageShape<O>>;
    /**
     * @param {unknown} error of grpc-js
     * @returns {import('../errors/tree.js').AminoError}
     */
    explain(error: unknown): import("../errors/tree.js").AminoError;
    /**
     * @param {string} clientId
     * @returns {FrameStream}
     */
    session(clientId: string): FrameStream;
    close(): void;
    #private;
}
export type RpcOptions = {
    deadlineMs?: number;
    signal?: AbortSignal;
};
import type { ServiceDefinition } from '@grpc/grpc-js';
import { KernelUnavailable } from '../errors/tree.js';
import type { DescMessage } from '@bufbuild/protobuf';
import type { DescMethod } from '@bufbuild/protobuf';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { MessageShape } from '@bufbuild/protobuf';
import type { FrameStream } from '../lane/session_carrier.js';
