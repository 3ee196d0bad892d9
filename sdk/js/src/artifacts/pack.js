import { createHash } from 'node:crypto';
import { readFile, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { ArtifactInvalid } from '../errors/tree.js';
import { ARTIFACT_DEPTH_LIMIT, ARTIFACT_FILES_LIMIT, ARTIFACT_LIMIT, ARTIFACT_NAME_LIMIT } from '../protocol.js';
import { tar } from './tar.js';

const CHUNK = 1024 * 1024;
const REMEDY = 'Copy what it leads to, or leave the link out.';
const LEFT_OUT = new Set(['.git', '.hg', '.svn', '__pycache__', '.DS_Store', '.mypy_cache', '.pytest_cache', '.ruff_cache', '.venv']);

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
export async function pack(source) {
  const found = await stat(source).catch(() => null);
  if (found?.isFile()) return packFiles(new Map([[path.basename(source), await readFile(source)]]));
  if (!found?.isDirectory()) throw new ArtifactInvalid(`${source} is neither a file nor a folder`);
  const inside = await realpath(source);
  /** @type {Map<string, Buffer>} */
  const contents = new Map();
  let total = 0;
  for await (const file of walk(source, inside)) {
    const content = await readFile(file);
    total += content.length;
    contents.set(path.relative(source, file).split(path.sep).join('/'), content);
    checkSize(total, contents.size, source);
  }
  if (contents.size === 0) throw new ArtifactInvalid(`the folder ${source} has no files`);
  return packFiles(contents);
}

/**
 * Packs files by name.
 * @param {ReadonlyMap<string, Uint8Array>} contents
 * @returns {PackedArtifact}
 * @throws {ArtifactInvalid} a name that cannot be unpacked, or too much
 */
export function packFiles(contents) {
  let total = 0;
  for (const [name, content] of contents) {
    checkName(name);
    total += content.byteLength;
  }
  checkSize(total, contents.size, 'the artifact');
  const data = tar(contents);
  return { data, hash: createHash('sha256').update(data).digest('hex'), files: [...contents.keys()].sort() };
}

/**
 * @param {Buffer} data
 * @returns {Generator<Buffer, void, void>} parts of at most 1 MiB
 */
export function* chunks(data) {
  for (let start = 0; start < data.length; start += CHUNK) yield data.subarray(start, start + CHUNK);
}

/**
 * @param {string} folder
 * @param {string} inside real path that nothing may lead out of
 * @returns {AsyncGenerator<string, void, void>} paths of files
 */
async function* walk(folder, inside) {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const here = path.join(folder, entry.name);
    if (LEFT_OUT.has(entry.name)) continue;
    const found = await stat(here).catch(() => null);
    if (found?.isDirectory()) {
      if (entry.isSymbolicLink()) throw new ArtifactInvalid(`${here} is a link to a folder; an artifact holds files only. ${REMEDY}`);
      yield* walk(here, inside);
      continue;
    }
    if (entry.name.endsWith('.pyc')) continue;
    const resolved = await realpath(here).catch(() => here);
    if (!resolved.startsWith(inside + path.sep)) throw new ArtifactInvalid(`${here} links to ${resolved}, outside the folder. ${REMEDY}`);
    if (!found?.isFile()) throw new ArtifactInvalid(`${here} is no regular file`);
    yield here;
  }
}

/** @param {string} name */
function checkName(name) {
  const parts = name.split('/');
  const plain = parts.every((part) => part !== '' && part !== '.' && part !== '..' && Buffer.byteLength(part) <= ARTIFACT_NAME_LIMIT);
  if (!plain || parts.length > ARTIFACT_DEPTH_LIMIT || /[\\\0]/.test(name) || parts[0]?.includes(':') || !name.isWellFormed()) {
    throw new ArtifactInvalid(`${JSON.stringify(name)} is no file name inside an artifact: it must be relative, with /, without .. and without :`);
  }
}

/**
 * @param {number} size bytes
 * @param {number} files
 * @param {string} what
 */
function checkSize(size, files, what) {
  if (size > ARTIFACT_LIMIT) throw new ArtifactInvalid(`${what} is larger than ${ARTIFACT_LIMIT / 1024 / 1024} MiB`);
  if (files > ARTIFACT_FILES_LIMIT) throw new ArtifactInvalid(`${what} has more than ${ARTIFACT_FILES_LIMIT} files`);
}

/**
 * The messages that bring an artifact to the cluster.
 * @param {{ hash: string, language: string, entry: string, className: string, size: bigint }} artifact
 * @param {Buffer} data
 */
export function* uploadParts(artifact, data) {
  yield { part: { case: /** @type {const} */ ('artifact'), value: artifact } };
  for (const chunk of chunks(data)) yield { part: { case: /** @type {const} */ ('chunk'), value: chunk } };
}
