/**
 * Makes `src/pb` anew from the repository's `proto/`, or checks that the committed ones are up to date (`--check`).
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const PROTO = path.resolve(ROOT, '../../proto');
const TARGET = path.join(ROOT, 'src/pb');
const FILES = ['client', 'common'].flatMap((name) => [`${name}_pb.js`, `${name}_pb.d.ts`]);

/**
 * buf comes with the development tools of the whole project (`make setup`), not with the packages of this one.
 * @returns {string}
 */
function findBuf() {
  const ours = path.resolve(ROOT, '../../.venv/bin/buf');
  return process.env.AMINO_BUF ?? (existsSync(ours) ? ours : 'buf');
}

/** @param {string} into folder that gets the generated modules, flat */
function generate(into) {
  const template = {
    version: 'v2',
    plugins: [{ local: path.join(ROOT, 'node_modules/.bin/protoc-gen-es'), out: into, opt: ['target=js+dts', 'import_extension=js'] }],
  };
  execFileSync(
    findBuf(),
    ['generate', PROTO, '--template', JSON.stringify(template), '--path', path.join(PROTO, 'amino/v1/client.proto'),
      '--path', path.join(PROTO, 'amino/v1/common.proto')],
    { stdio: 'inherit' },
  );
}

const folder = mkdtempSync(path.join(tmpdir(), 'amino-generate-'));
try {
  generate(folder);
  const stale = [];
  for (const name of FILES) {
    const text = readFileSync(path.join(folder, 'amino/v1', name), 'utf8');
    const target = path.join(TARGET, name);
    if (process.argv.includes('--check')) {
      let committed = '';
      try {
        committed = readFileSync(target, 'utf8');
      } catch { /* a missing file is stale as well */ }
      if (committed !== text) stale.push(name);
    } else {
      mkdirSync(TARGET, { recursive: true });
      writeFileSync(target, text);
    }
  }
  if (stale.length > 0) {
    console.error(`stale: ${stale.join(', ')}; run npm run generate`);
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}
