/**
 * The bytes of an artifact.
 * @typedef {object} PackedArtifact
 * @property {Buffer} data
 * @property {string} hash sha256 of the data, hex
 * @property {string[]} files their names
 */
/**
 * Packs a file or all files of a folder. Version control, caches and virtual environments stay out.
 * @param {string} source path
 * @returns {Promise<PackedArtifact>}
 * @throws {ArtifactInvalid} nothing is there, it is too large, or a link leads out of the folder
 */
export function pack(source: string): Promise<PackedArtifact>;
/**
 * Packs files by name.
 * @param {ReadonlyMap<string, Uint8Array>} contents
 * @returns {PackedArtifact}
 * @throws {ArtifactInvalid} a name that cannot be unpacked, or too much
 */
export function packFiles(contents: ReadonlyMap<string, Uint8Array>): PackedArtifact;
/**
 * @param {Buffer} data
 * @returns {Generator<Buffer, void, void>} parts of at most 1 MiB
 */
export function chunks(data: Buffer): Generator<Buffer, void, void>;
/**
 * The messages that bring an artifact to the cluster.
 * @param {{ hash: string, language: string, entry: string, className: string, size: bigint }} artifact
 * @param {Buffer} data
 */
export function uploadParts(artifact: {
    hash: string;
    language: string;
    entry: string;
    className: string;
    size: bigint;
}, data: Buffer): Generator<{
    part: {
        case: "artifact";
        value: {
            hash: string;
            language: string;
            entry: string;
            className: string;
            size: bigint;
        };
    };
} | {
    part: {
        case: "chunk";
        value: Buffer<ArrayBufferLike>;
    };
}, void, unknown>;
/**
 * The bytes of an artifact.
 */
export type PackedArtifact = {
    data: Buffer;
    /**
     * sha256 of the data, hex
     */
    hash: string;
    /**
     * their names
     */
    files: string[];
};
