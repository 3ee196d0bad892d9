// Registers a class, calls its object in every manner. Run beside `amino up`: node examples/clients/node/counter.mjs [address]
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DeadlineExceeded, GuestException, connect } from '../../../sdk/js/src/index.js';

const COUNTER = `
export default class Counter {
  constructor(start = 0) { this.value = start; }
  incr(n) { this.value += n; return this.value; }
  half() { if (this.value % 2) throw new RangeError(this.value + ' is odd'); return this.value / 2; }
  first(counters) { return counters[0].incr(1); }
  spin() { for (;;); }
}`;

const folder = await mkdtemp(path.join(tmpdir(), 'amino-example-'));
const client = await connect(process.argv[2]);
try {
  const source = path.join(folder, 'counter.js');
  await writeFile(source, COUNTER);
  const counter = await client.register(source, 'node-example', { replace: true });
  console.log('incr(5)                   ', await counter.incr(5));

  const other = await client.create('node-example', 10);
  console.log('another instance          ', await other.incr(1));

  const hundred = await Promise.all(Array.from({ length: 100 }, () => counter.incr(1)));
  console.log('a hundred in one frame    ', hundred.at(-1));

  console.log('objects are arguments     ', await counter.first([other]));

  await counter.half().catch((error) => {
    if (!(error instanceof GuestException)) throw error;
    console.log('its exceptions are ours   ', `${error.type}: ${error.message}`);
  });
  await other.withOptions({ deadline: 0.3 }).spin().catch((error) => {
    if (!(error instanceof DeadlineExceeded)) throw error;
    console.log('a deadline ends a call    ', error.code);
  });
  const { members } = await client.describe(counter);
  console.log('it offers                 ', members.map(({ name }) => name).join(', '));
  await client.delete(counter);
} finally {
  await client.close();
  await rm(folder, { recursive: true });
}
