/**
 * Makes `types/` anew from the JSDoc of `src/`, or checks that the committed ones are up to date (`--check`).
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const TARGET = path.join(ROOT, 'types');

/**
 * @param {string} folder
 * @returns {string[]} names of its files, those of its folders included
 */
function filesOf(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

const fresh = mkdtempSync(path.join(tmpdir(), 'amino-declarations-'));
try {
  const tsc = path.join(ROOT, 'node_modules/.bin/tsc');
  execFileSync(tsc, ['-p', path.join(ROOT, 'tsconfig.declarations.json'), '--outDir', fresh], { stdio: 'inherit' });
  for (const name of ['client_pb.d.ts', 'common_pb.d.ts']) cpSync(path.join(ROOT, 'src/pb', name), path.join(fresh, 'pb', name));
  const names = filesOf(fresh);
  if (process.argv.includes('--check')) {
    const same = names.join() === filesOf(TARGET).join();
    const stale = names.filter((name) => !same || readFileSync(path.join(fresh, name), 'utf8') !== readFileSync(path.join(TARGET, name), 'utf8'));
    if (stale.length > 0) {
      console.error(`stale: types/${stale.slice(0, 5).join(', types/')}; run npm run declarations`);
      process.exitCode = 1;
    }
  } else {
    rmSync(TARGET, { recursive: true, force: true });
    cpSync(fresh, TARGET, { recursive: true });
  }
} finally {
  rmSync(fresh, { recursive: true });
}
