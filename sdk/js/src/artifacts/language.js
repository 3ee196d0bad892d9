import { stat } from 'node:fs/promises';
import path from 'node:path';
import { ArtifactInvalid } from '../errors/tree.js';

/** @type {ReadonlyMap<string, string>} language by file extension */
const LANGUAGES = new Map([
  ['.js', 'js'], ['.mjs', 'js'], ['.cjs', 'js'], ['.rb', 'ruby'], ['.py', 'python'], ['.bc', 'llvm'], ['.wasm', 'wasm'], ['.jar', 'java'], ['.class', 'java'],
]);

/**
 * The entry and its language: the given ones, else those that the name of the file says.
 * @param {string} source path of a file or folder
 * @param {{ language?: string, entry?: string }} said
 * @returns {Promise<{ language: string, entry: string }>}
 * @throws {ArtifactInvalid} neither says it
 */
export async function languageAndEntry(source, { language, entry }) {
  const isFolder = (await stat(source).catch(() => null))?.isDirectory() ?? false;
  const first = entry ?? (isFolder ? '' : path.basename(source));
  // The kernel looks into classes and jars for the class.
  if (!first && language === 'java') return { language, entry: '' };
  if (!first) throw new ArtifactInvalid(`${source} is a folder: say which file of it is the entry ({ entry: 'main.js' })`);
  const guessed = language ?? LANGUAGES.get(path.extname(first));
  if (!guessed) throw new ArtifactInvalid(`the language of ${first} cannot be told from its name: say it ({ language: 'js' })`);
  return { language: guessed, entry: first };
}
