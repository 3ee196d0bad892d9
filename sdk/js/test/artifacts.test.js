import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { afterEach, beforeEach } from 'node:test';
import { languageAndEntry } from '../src/artifacts/language.js';
import { pack, packFiles } from '../src/artifacts/pack.js';

const file = new URL('../../../tests/conformance/artifacts.json', import.meta.url);
/** @type {{ cases: { name: string, files: Record<string, string>, hash: string }[] }} */
const vectors = JSON.parse(await readFile(file, 'utf8'));

/** @type {string} */
let folder;
beforeEach(async () => { folder = await mkdtemp(path.join(tmpdir(), 'amino-artifact-')); });
afterEach(() => rm(folder, { recursive: true }));

for (const { name, files, hash } of vectors.cases) {
  test(`the hash of every language: ${name}`, async () => {
    const contents = new Map(Object.entries(files).map(([key, text]) => [key, Buffer.from(text)]));
    assert.equal(packFiles(contents).hash, hash);
    for (const [key, content] of contents) {
      await mkdir(path.dirname(path.join(folder, key)), { recursive: true });
      await writeFile(path.join(folder, key), content);
    }
    assert.equal((await pack(folder)).hash, hash);
  });
}

test('version control, caches and compiled files stay out', async () => {
  await writeFile(path.join(folder, 'main.py'), '1');
  await writeFile(path.join(folder, 'main.pyc'), '2');
  await mkdir(path.join(folder, '.git'));
  await writeFile(path.join(folder, '.git/config'), '3');
  assert.deepEqual((await pack(folder)).files, ['main.py']);
  assert.equal((await pack(path.join(folder, 'main.py'))).hash, (await pack(folder)).hash);
});

test('links that lead out, empty folders, nothing there, bad names', async () => {
  await assert.rejects(pack(folder), { code: 'ARTIFACT_INVALID', message: /has no files/ });
  await assert.rejects(pack(path.join(folder, 'missing')), { code: 'ARTIFACT_INVALID', message: /missing is neither/ });
  await symlink('/etc/hostname', path.join(folder, 'leak'));
  await assert.rejects(pack(folder), { code: 'ARTIFACT_INVALID', message: /outside the folder/ });
  for (const name of ['../up', '/root', 'a//b', 'c:d', 'back\\slash', '']) {
    assert.throws(() => packFiles(new Map([[name, Buffer.from('')]])), { code: 'ARTIFACT_INVALID' });
  }
});

test('the language is told from the name, or said', async () => {
  await writeFile(path.join(folder, 'thing.rb'), '');
  assert.deepEqual(await languageAndEntry(path.join(folder, 'thing.rb'), {}), { language: 'ruby', entry: 'thing.rb' });
  assert.deepEqual(await languageAndEntry(folder, { entry: 'main.py' }), { language: 'python', entry: 'main.py' });
  assert.deepEqual(await languageAndEntry(folder, { language: 'java' }), { language: 'java', entry: '' });
  await writeFile(path.join(folder, 'shop.jar'), '');
  assert.deepEqual(await languageAndEntry(path.join(folder, 'shop.jar'), {}), { language: 'java', entry: 'shop.jar' });
  await assert.rejects(languageAndEntry(folder, {}), { message: /say which file/ });
  await assert.rejects(languageAndEntry(path.join(folder, 'thing'), {}), { message: /say it/ });
});
