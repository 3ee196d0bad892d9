/** The part of a client that registers kinds of objects, and asks for the object of a kind and a key. */
export class Kinds extends Administration {
    /**
     * The kinds there are.
     * @param {string} [prefix] beginning of their names
     * @returns {Promise<KindDescription[]>}
     */
    kinds(prefix?: string): Promise<KindDescription[]>;
    /**
     * Removes a kind. Its objects stay, and `getOrCreate` finds them as before, but makes no more of them.
     * @param {string} name
     * @throws {NotFound} there is no such kind
     */
    removeKind(name: string): Promise<void>;
    /**
     * @internal
     * @param {string} name
     * @param {MessageInitShape<typeof ArtifactSchema>} artifact that was uploaded
     * @param {RegisterKindOptions} options
     * @returns {Promise<KindDescription>}
     */
    keepKind(name: string, artifact: MessageInitShape<typeof ArtifactSchema>, { args, kwargs, deploymentManagers, select, labels, idle, ...options }: RegisterKindOptions): Promise<KindDescription>;
    /**
     * @internal
     * @param {string} kind
     * @param {string | number | bigint} key
     * @param {unknown[]} args
     * @param {Record<string, unknown>} kwargs
     * @returns {Promise<ObjectRecord | undefined>}
     */
    recordOf(kind: string, key: string | number | bigint, args: unknown[], kwargs: Record<string, unknown>): Promise<ObjectRecord | undefined>;
}
import { Administration } from './administration.js';
import type { KindDescription } from './objects/kind_description.js';
import type { ArtifactSchema } from './pb/common_pb.js';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { RegisterKindOptions } from './client_options.js';
import type { ObjectRecord } from './pb/common_pb.js';
