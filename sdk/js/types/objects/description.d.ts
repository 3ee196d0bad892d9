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
};
/**
 * What is known about an object.
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
     * grows with every move
     */
    epoch: number;
    replicas: {
        number: number;
        kernel: string;
        role: string;
        address: string;
    }[];
    members: MemberDescription[];
    doc: string;
    labels: Record<string, string>;
    deploymentManagers: {
        name: string;
        config: unknown;
    }[];
    concurrent: boolean;
    ownContext: boolean;
    /**
     * by the OMS's clock
     */
    created: Date;
};
/**
 * What is known about a kernel.
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
