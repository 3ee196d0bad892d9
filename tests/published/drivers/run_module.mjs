// Calls functions of a module of AssemblyScript, by the bindings that its compiler wrote, and prints their results as JSON, one a line.
import { pathToFileURL } from 'node:url';

const [bindings, ...names] = process.argv.slice(2);
const module = await import(pathToFileURL(bindings));
for (const name of names) process.stdout.write(`${JSON.stringify(module[name]())}\n`);
