/**
 * @param {ObjectRecord} record
 * @param {Codec} codec
 * @param {Origin} [origin] in the answer to a restart
 * @param {import('../pb/client_pb.js').Age} [age] of the answer that it came in
 * @returns {ObjectDescription}
 */
export function describeObject(record: ObjectRecord, codec: Codec, origin?: Origin, age?: import("../pb/client_pb.js").Age): ObjectDescription;
/**
 * @param {DeploymentManagerSpec} manager
 * @param {Codec} codec
 * @returns {ManagerDescription}
 */
export function describeManager({ name, config }: DeploymentManagerSpec, codec: Codec): ManagerDescription;
/**
 * The facts about where and from what objects are made.
 * @param {ObjectSpec | undefined} spec
 * @param {Codec} codec
 * @returns {{ select: string, args: unknown[], kwargs: Record<string, unknown> }}
 */
export function construction(spec: ObjectSpec | undefined, codec: Codec): {
    select: string;
    args: unknown[];
    kwargs: Record<string, unknown>;
};
/**
 * @param {KernelRecord} record
 * @returns {KernelDescription}
 */
export function describeKernel({ id, endpoints, alive, objects, load, languages, labels, version, incarnation }: KernelRecord): KernelDescription;
/**
 * A member of an object.
 */
export type MemberDescription = {
    name: string;
    /**
     * −1: any number, or unknown
     */
    arity: number;
    required: number;
    readOnly: boolean;
    parameters: string[];
    doc: string;
    /**
     * whether it reads a property or, where its name ends with `=`, sets one
     */
    property: boolean;
};
/**
 * A replica of an object, and the kernel that it is on.
 */
export type ReplicaDescription = {
    /**
     * `0` for the first one; `0.2` is the third one of the first group
     */
    path: string;
    /**
     * id
     */
    kernel: string;
    /**
     * what the deployment manager calls it; empty: it has no name for it
     */
    role: string;
    /**
     * of the kernel's gRPC
     */
    address: string;
};
/**
 * A deployment manager of an object, with its settings.
 */
export type ManagerDescription = {
    name: string;
    settings: unknown;
};
/**
 * The facts about an object.
 */
export type ObjectDescription = {
    id: string;
    /**
     * empty: anonymous
     */
    name: string;
    className: string;
    /**
     * that was named when it was registered; empty: its kernel found the class by looking
     */
    chosenClass: string;
    /**
     * id of the registered object whose class it is an instance of; empty for the registered one
     */
    classOf: string;
    language: string;
    /**
     * the file of the artifact that is evaluated first
     */
    entry: string;
    /**
     * hash
     */
    artifact: string;
    status: "creating" | "active" | "lost" | "asleep" | "unknown";
    /**
     * grows with every change of what the object is meant to be, such as its deployment managers
     */
    generation: number;
    /**
     * grows with every move
     */
    epoch: number;
    replicas: ReplicaDescription[];
    members: MemberDescription[];
    doc: string;
    labels: Record<string, string>;
    deploymentManagers: ManagerDescription[];
    concurrent: boolean;
    ownContext: boolean;
    /**
     * seconds without a call after which it sleeps; 0: never
     */
    idle: number;
    /**
     * by the OMS's clock
     */
    created: Date;
    /**
     * `client <id>` or `object <id>`
     */
    maker: string;
    /**
     * when an object without a name is removed; null: it stays until it is deleted
     */
    expires: Date | null;
    /**
     * what becomes of a lost object
     */
    loss: "" | "gone" | "recovering" | "awaits kernel";
    /**
     * that it was made of when it was asked for by its key; empty for every other object
     */
    kind: string;
    /**
     * which kernels will do, as `region in (eu, us) and !spot`; empty: every one
     */
    select: string;
    /**
     * of its constructor
     */
    args: unknown[];
    /**
     * of its constructor
     */
    kwargs: Record<string, unknown>;
    /**
     * what the author of its class should know, such as variables that its code changes and that are no part of its state
     */
    warnings: string[];
    /**
     * in the answer to a restart: state that its deployment managers have saved, that a
     * kernel has kept, or none
     */
    restartedFrom: "" | "saved" | "copy" | "anew";
    /**
     * seconds: all was so that long ago, or later; 0: it was current when it was given
     */
    answerAge: number;
    /**
     * the process that gave an answer that is not current: `oms <address>`, which stands by, or `kernel <id>`
     */
    answerSource: string;
};
/**
 * The facts about a kernel.
 */
export type KernelDescription = {
    id: string;
    /**
     * of its gRPC
     */
    address: string;
    alive: boolean;
    objects: number;
    load: number;
    languages: string[];
    labels: Record<string, string>;
    version: string;
    /**
     * of its life
     */
    incarnation: number;
};
import type { ObjectRecord } from '../pb/common_pb.js';
import type { Codec } from '../wire/codec.js';
import { RestartResponse_Origin as Origin } from '../pb/client_pb.js';
import type { DeploymentManagerSpec } from '../pb/common_pb.js';
import type { ObjectSpec } from '../pb/common_pb.js';
import type { KernelRecord } from '../pb/common_pb.js';
