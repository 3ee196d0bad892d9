/**
 * @param {ObjectRecord} record
 * @param {Codec} codec
 * @returns {ObjectDescription}
 */
export function describeObject(record: ObjectRecord, codec: Codec): ObjectDescription;
/**
 * @param {KernelRecord} record
 * @returns {KernelDescription}
 */
export function describeKernel({ id, endpoints, alive, objects, load, languages, labels, version }: KernelRecord): KernelDescription;
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
     * id of the registered object whose class it is an instance of; empty for the registered one
     */
    classOf: string;
    language: string;
    /**
     * hash
     */
    artifact: string;
    status: "creating" | "active" | "lost" | "unspecified";
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
    deploymentManagers: {
        name: string;
        settings: unknown;
    }[];
    concurrent: boolean;
    ownContext: boolean;
    /**
     * by the OMS's clock
     */
    created: Date;
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
};
import type { ObjectRecord } from '../pb/common_pb.js';
import type { Codec } from '../wire/codec.js';
import type { KernelRecord } from '../pb/common_pb.js';
