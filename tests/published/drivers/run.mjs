// Makes the object of main.mjs in the folder given, calls its members in order, and prints their results, one a line.
import { pathToFileURL } from 'node:url';

const [folder, ...members] = process.argv.slice(2);
const { default: Case } = await import(pathToFileURL(`${folder}/main.mjs`));
const object = new Case();
for (const member of members) process.stdout.write(`${JSON.stringify(await object[member]())}\n`);
