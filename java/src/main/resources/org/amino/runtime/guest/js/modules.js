// CommonJS over the artifact's read-only file system, and the resolution of names like Node's, for `require` and `import` alike.
(function (host, amino) {
  'use strict';
  const ROOT = '/artifact';
  const EXTENSIONS = ['', '.js', '.cjs', '.mjs', '.json'];
  const FILE = 1, DIRECTORY = 2;
  /**
   * Which of a package's variants are taken. Objects have none of Node's own modules, so `node` is not among them; they
   * have no page either, so a package that tells a worker from a page gives its variant for workers.
   */
  const IMPORT = ['import', 'module', 'worker', 'browser'], REQUIRE = ['require', 'worker', 'browser'];
  const { PrivateMap } = amino.builtins;
  const modules = new PrivateMap();
  const manifests = new PrivateMap();

  function normalize(path) {
    const parts = [];
    for (const part of path.split('/')) {
      if (part === '..') parts.pop();
      else if (part !== '' && part !== '.') parts.push(part);
    }
    return '/' + parts.join('/');
  }

  function parent(path) {
    return path.slice(0, path.lastIndexOf('/')) || '/';
  }

  function manifest(directory) {
    let known = manifests.get(directory);
    if (known === undefined) {
      const path = directory + '/package.json';
      known = host.kind(path) === FILE ? JSON.parse(host.read(path)) : null;
      manifests.set(directory, known);
    }
    return known;
  }

  /** Node's own modules that programs name without `node:`. */
  const NODE = new Set(
    ('assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns domain events fs http http2 https ' +
      'inspector module net os path perf_hooks process punycode querystring readline repl stream string_decoder timers tls tty url util v8 vm ' +
      'wasi worker_threads zlib').split(' '),
  );

  function whyMissing(specifier) {
    const name = specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
    if (specifier.startsWith('node:') || NODE.has(name)) {
      return "it is one of Node's own, which an object does not have; a package in the artifact's node_modules may stand for it";
    }
    if (/^\.{0,2}(\/|$)/.test(specifier)) return 'the artifact has no such file';
    return `it is not in the artifact; register a folder that has it (npm install ${name}), or one file made by a bundler`;
  }

  function missing(specifier, from) {
    const error = new Error(`Cannot find module '${specifier}' from ${from}: ${whyMissing(specifier)}; docs/guests.md says what there is`);
    error.code = 'MODULE_NOT_FOUND';
    return error;
  }

  function asFile(path) {
    for (const extension of EXTENSIONS) if (host.kind(path + extension) === FILE) return path + extension;
    return undefined;
  }

  function asDirectory(path) {
    if (host.kind(path) !== DIRECTORY) return undefined;
    const main = manifest(path)?.main;
    if (main) {
      const found = asFile(normalize(`${path}/${main}`)) ?? asFile(normalize(`${path}/${main}/index`));
      if (found) return found;
    }
    return asFile(path + '/index');
  }

  /** The target that the conditions of a package's `exports` choose. */
  function choose(target, conditions, rest) {
    if (typeof target === 'string') return target.replaceAll('*', rest);
    if (Array.isArray(target)) return target.map((entry) => choose(entry, conditions, rest)).find((entry) => entry);
    if (target === null || typeof target !== 'object') return undefined;
    for (const [condition, inner] of Object.entries(target)) {
      if (condition !== 'default' && !conditions.includes(condition)) continue;
      const chosen = choose(inner, conditions, rest);
      if (chosen) return chosen;
    }
    return undefined;
  }

  function fromExports(exports, subpath, conditions) {
    const isMap = typeof exports === 'object' && exports !== null && !Array.isArray(exports) && Object.keys(exports).some((key) => key.startsWith('.'));
    const table = isMap ? exports : { '.': exports };
    if (subpath in table) return choose(table[subpath], conditions, '');
    for (const [pattern, target] of Object.entries(table)) {
      const star = pattern.indexOf('*');
      if (star < 0) continue;
      const [before, after] = [pattern.slice(0, star), pattern.slice(star + 1)];
      const fits = subpath.startsWith(before) && subpath.endsWith(after) && subpath.length >= pattern.length - 1;
      if (fits) return choose(target, conditions, subpath.slice(star, subpath.length - after.length));
    }
    return undefined;
  }

  function inPackage(directory, subpath, conditions) {
    const exports = manifest(directory)?.exports;
    if (exports !== undefined) {
      const target = fromExports(exports, subpath === '' ? '.' : './' + subpath, conditions);
      return target && asFile(normalize(`${directory}/${target}`));
    }
    if (subpath === '') return asDirectory(directory);
    const path = normalize(`${directory}/${subpath}`);
    return asFile(path) ?? asDirectory(path);
  }

  function bare(specifier, from, conditions) {
    const parts = specifier.split('/');
    const name = parts.splice(0, specifier.startsWith('@') ? 2 : 1).join('/');
    for (let directory = from; ; directory = parent(directory)) {
      const home = (directory === '/' ? '' : directory) + '/node_modules/' + name;
      if (host.kind(home) === DIRECTORY) {
        const found = inPackage(home, parts.join('/'), conditions);
        if (found) return found;
      }
      if (directory === '/' || directory === ROOT) return undefined;
    }
  }

  function resolve(specifier, from, conditions) {
    let found;
    if (/^\.{0,2}\//.test(specifier) || specifier === '.' || specifier === '..') {
      const path = normalize(specifier.startsWith('/') ? specifier : `${from}/${specifier}`);
      found = asFile(path) ?? asDirectory(path);
    } else {
      found = bare(specifier, from, conditions);
    }
    if (found === undefined) throw missing(specifier, from);
    return found;
  }

  function requireFrom(directory) {
    const require = (specifier) => {
      if (specifier === 'amino') return amino.api;
      return load(resolve(specifier, directory, REQUIRE)).exports;
    };
    require.resolve = (specifier) => resolve(specifier, directory, REQUIRE);
    return require;
  }

  /** Evaluates a file once. Its top-level classes are kept, exported or not: an object's state may hold instances of them. */
  function load(path) {
    let module = modules.get(path);
    if (module !== undefined) return module;
    module = { id: path, filename: path, exports: {}, loaded: false, top: {} };
    modules.set(path, module);
    try {
      if (path.endsWith('.json')) module.exports = JSON.parse(host.read(path));
      else if (isModule(path, host.read(path))) throw new Error(`${path} is an ES module: use import, not require`);
      else run(module, path);
    } catch (error) {
      modules.delete(path);
      throw error;
    }
    module.loaded = true;
    return module;
  }

  /** A CommonJS file as the function that it is the body of. */
  function wrapped(body) {
    return ['(function (exports, require, module, __filename, __dirname) {', body, `\n;${topLevel(body)}\n})`];
  }

  function run(module, path) {
    const source = host.read(path);
    const body = bodyOf(source);
    const evaluate = host.compile(...wrapped(body), path);
    const returned = evaluate.call(module.exports, module.exports, requireFrom(parent(path)), module, path, parent(path));
    if (returned instanceof TopLevel) {
      module.top = returned.names;
      module.constants = returned.constants;
    }
  }

  class TopLevel {
    constructor(names, constants) {
      this.names = names;
      this.constants = constants;
    }
  }
  amino.TopLevel = TopLevel;

  /** Words that stand behind `class` or `function` in comments and strings, yet can name nothing. */
  const RESERVED = new Set(
    ('arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if ' +
      'implements import in instanceof interface let new null of package private protected public return static super switch this throw true try ' +
      'typeof undefined var void while with yield').split(' '),
  );

  /** Names that the text may declare; those that it does not have at its top level are undefined there. */
  function declared(source) {
    const names = new Set();
    for (const match of source.matchAll(/\b(?:class|function)\s*\*?\s+([A-Za-z_$][\w$]*)/g)) if (!RESERVED.has(match[1])) names.add(match[1]);
    return [...names];
  }

  /** Names of values that stand at the beginning of lines: an object's state may hold such symbols and fixed objects. */
  function constants(source) {
    const names = new Set();
    for (const match of source.matchAll(/^(?:export\s+)?(?:const|let|var)\s+([A-Za-z_$][\w$]*)/gm)) if (!RESERVED.has(match[1])) names.add(match[1]);
    return [...names];
  }

  function table(names) {
    return `{${names.map((name) => `${name}: typeof ${name} === 'undefined' ? undefined : ${name}`).join(', ')}}`;
  }

  const SEEN = "globalThis[Symbol.for('amino.seen')]";

  /** Takes what stands at the top level of a package's ES module, exported or not. */
  function seen(path, top, constantsOf) {
    modules.set(`es:${path}`, { exports: undefined, top, constants: constantsOf });
  }

  function topLevel(source) {
    return `return new (${'globalThis[Symbol.for("amino.top")]'})(${table(declared(source))}, ${table(constants(source))});`;
  }

  const bodyOf = (source) => (source.startsWith('#!') ? '//' + source : source);

  /** Whether a file is an ES module: by its name, its package, or because the engine can read it as a module only. */
  function isModule(path, source) {
    if (path.endsWith('.mjs')) return true;
    if (path.endsWith('.cjs') || path.endsWith('.json')) return false;
    for (let directory = parent(path); directory.startsWith(ROOT); directory = parent(directory)) {
      const found = manifest(directory);
      if (found === null) continue;
      if (found.type === 'module') return true;
      if (found.type === 'commonjs' || directory !== ROOT) break;
    }
    if (host.parses('script', ...wrapped(bodyOf(source)), path)) return false;
    // A file with a mistake is read as what it looks like, so that the mistake is reported.
    return host.parses('module', '', source, '', path) || /^\s*(?:export|import)\b/m.test(source);
  }

  /** What `import` of a file reads: the file with its top-level classes exported, or a module made of a CommonJS one's exports. */
  function moduleText(path) {
    const source = host.read(path);
    if (path.endsWith('.json')) return source;
    if (isModule(path, source)) {
      // The namespaces of packages stay as they are: a program may list them.
      if (path.includes('/node_modules/')) return `${source}\n;${SEEN}(${JSON.stringify(path)}, ${table(declared(source))}, ${table(constants(source))});`;
      return `${source}\n;export const __amino_top__ = ${table(declared(source))}, __amino_constants__ = ${table(constants(source))};`;
    }
    const exports = load(path).exports;
    const names = Object.keys(exports ?? {}).filter((name) => /^[A-Za-z_$][\w$]*$/.test(name) && name !== 'default');
    const fields = names.map((name, i) => `const _${i} = m[${JSON.stringify(name)}]; export { _${i} as ${name} };`).join(' ');
    return `const m = globalThis[Symbol.for('amino.load')](${JSON.stringify(path)}).exports; export default m; ${fields}`;
  }

  const hidden = { writable: false, enumerable: false, configurable: false };
  Object.defineProperty(globalThis, Symbol.for('amino.top'), { value: TopLevel, ...hidden });
  Object.defineProperty(globalThis, Symbol.for('amino.seen'), { value: seen, ...hidden });
  Object.defineProperty(globalThis, Symbol.for('amino.load'), { value: load, ...hidden });
  /** Paths of the files of CommonJS that were loaded. */
  function scripts() {
    const paths = [];
    modules.forEach((module, path) => { if (/^\/artifact\/.*\.c?js$/.test(path)) paths.push(path); });
    return paths;
  }

  const importPath = (specifier) => resolve(specifier, ROOT, IMPORT);
  Object.assign(amino, { load, modules, isModule, moduleText, importPath, scripts });
})
