export type ConnectOptions = {
    /**
     * seconds a call may take when it names no deadline; 60
     */
    deadline?: number | Duration | undefined;
    /**
     * classes of the program that travel under names (docs/values.md)
     */
    values?: import("./wire/hooks.js").ValueHooks | undefined;
    /**
     * `auto` takes the direct lane where the kernel offers one, and gRPC otherwise; `lane` or `grpc` insist
     */
    transport?: Transport | undefined;
    /**
     * names the client in the kernels' logs; made up where it is not given
     */
    clientId?: string | undefined;
    /**
     * seconds without an answer of one kernel after which the next address is tried; AMINO_NEXT_AFTER, else 1
     */
    nextAfter?: number | Duration | undefined;
};
export type TransactionOptions = {
    /**
     * seconds until it ends without effect, unless it is committed by then; 60
     */
    timeout?: number | undefined;
    /**
     * how often the block is run at most, where it fails because of others that run at the same time; 1
     */
    tries?: number | undefined;
};
export type AgeOptions = {
    /**
     * seconds: how old the answer may be; an object management service that stands by may give it then. 0
     */
    age?: number | Duration | undefined;
    /**
     * seconds: how old it may be where no object management service answers; 0: it is to be current. 3600
     */
    outageAge?: number | Duration | undefined;
};
export type CreateOptions = {
    /**
     * of the new object
     */
    name?: string | undefined;
    /**
     * named arguments of its constructor
     */
    kwargs?: Record<string, unknown> | undefined;
    /**
     * which kernels will do
     */
    select?: Selector | undefined;
    labels?: Record<string, string> | undefined;
    /**
     * seconds after which an object without a name is removed; without it, it stays until it is deleted
     */
    ttl?: number | Duration | undefined;
};
export type CreateManyOptions = {
    /**
     * of the new objects, as many as there are; none of them has one otherwise
     */
    names?: readonly string[] | undefined;
    /**
     * named arguments of each constructor
     */
    kwargs?: Record<string, unknown> | undefined;
    /**
     * which kernels will do
     */
    select?: Selector | undefined;
    /**
     * of each object
     */
    labels?: Record<string, string> | undefined;
    /**
     * as in CreateOptions
     */
    ttl?: number | Duration | undefined;
};
export type RegisterOptions = {
    /**
     * js, ruby, python, llvm, wasm, java; told from the file's name otherwise
     */
    language?: string | undefined;
    /**
     * the file of a folder that is run first
     */
    entry?: string | undefined;
    /**
     * when the artifact has several
     */
    className?: string | undefined;
    /**
     * of the constructor
     */
    args?: unknown[] | undefined;
    kwargs?: Record<string, unknown> | undefined;
    /**
     * outermost first
     */
    deploymentManagers?: DeploymentManagerChoice[] | undefined;
    /**
     * which kernels will do
     */
    select?: Selector | undefined;
    labels?: Record<string, string> | undefined;
    /**
     * calls to the object may run at the same time
     */
    concurrent?: boolean | undefined;
    /**
     * the object shares its context with no other
     */
    ownContext?: boolean | undefined;
    /**
     * seconds without a call after which the object goes to sleep, until the next call; 0: never;
     * without it never, or with replace as the old object. Only with a deployment manager that saves each call
     */
    idle?: number | Duration | undefined;
    /**
     * takes the name from the object that has it, which is deleted. Deployment managers, labels, select and idle
     * that are undefined stay as that object has them, and so does its label `application` unless `labels` names another or is empty
     */
    replace?: boolean | undefined;
    /**
     * replaces the object although a deployment manager holds its saved state, which is deleted with it
     */
    discardState?: boolean | undefined;
};
export type ListOptions = {
    /**
     * by their labels
     */
    select?: Selector | undefined;
    /**
     * id of the kernel that they are on
     */
    kernel?: string | undefined;
    /**
     * only objects without a name
     */
    nameless?: boolean | undefined;
    /**
     * how many at most; 0: all
     */
    limit?: number | undefined;
};
export type MoveOptions = {
    /**
     * labels of kernels, of which one is chosen
     */
    select?: Selector | undefined;
    /**
     * the path of the replica, such as `0` or `0.2`
     */
    replica?: string | undefined;
    /**
     * moves even where a part of the state cannot be captured
     */
    allowLossy?: boolean | undefined;
};
export type WatchOptions = {
    /**
     * goes on after a revision seen before
     */
    fromRevision?: bigint | undefined;
    /**
     * ends it
     */
    signal?: AbortSignal | undefined;
};
export type LogsOptions = {
    /**
     * lines of the past
     */
    tail?: number | undefined;
    /**
     * whether to wait for further ones
     */
    follow?: boolean | undefined;
    /**
     * the least one
     */
    level?: "" | "error" | "debug" | "info" | "warning" | undefined;
    /**
     * lines from this moment on, by the kernels' clocks
     */
    since?: Date | undefined;
    /**
     * without a target: all objects of all kernels. A line says which kernels do not answer
     */
    cluster?: boolean | undefined;
    /**
     * ends it
     */
    signal?: AbortSignal | undefined;
};
/**
 * A line that an object printed, or its kernel about it.
 */
export type LogLine = {
    /**
     * its id
     */
    object: string;
    /**
     * of the object; empty: it has none
     */
    name: string;
    level: string;
    text: string;
    time: Date;
    /**
     * id of the kernel that has the line
     */
    kernel: string;
};
export type RegisterKindOptions = {
    /**
     * as in RegisterOptions
     */
    language?: string | undefined;
    /**
     * as in RegisterOptions
     */
    entry?: string | undefined;
    /**
     * as in RegisterOptions
     */
    className?: string | undefined;
    /**
     * of the constructor, unless `getOrCreate` gives others
     */
    args?: unknown[] | undefined;
    kwargs?: Record<string, unknown> | undefined;
    /**
     * the constructor gets the key as its first argument, before the others
     */
    keyArgument?: boolean | undefined;
    /**
     * of each of its objects, outermost first
     */
    deploymentManagers?: DeploymentManagerChoice[] | undefined;
    /**
     * of kernels
     */
    select?: Selector | undefined;
    /**
     * of each of its objects
     */
    labels?: Record<string, string> | undefined;
    /**
     * calls to an object may run at the same time
     */
    concurrent?: boolean | undefined;
    /**
     * each object shares its context with no other
     */
    ownContext?: boolean | undefined;
    /**
     * as in RegisterOptions
     */
    idle?: number | Duration | undefined;
    /**
     * changes a kind that differs, for the objects that are made from now on; the others stay as they are
     */
    replace?: boolean | undefined;
};
export type WatchEvent = {
    /**
     * `synced`: what existed has been told
     */
    kind: "put" | "delete" | "synced";
    object: ObjectDescription | null;
    revision: bigint;
};
export type KernelsOptions = {
    /**
     * also those that are gone
     */
    includeDead?: boolean | undefined;
};
export type ExplainOptions = {
    /**
     * the chain that is not attached
     */
    deploymentManagers?: DeploymentManagerChoice[] | undefined;
};
import type { Duration } from './wire/duration.js';
import type { Transport } from './control/kernel_link.js';
import type { Selector } from './objects/selector.js';
import type { DeploymentManagerChoice } from './objects/managers.js';
import type { ObjectDescription } from './objects/description.js';
