// The Node client of the demo: calls every object it is told of. Usage: client.mjs ADDRESS NAME...
import { connect } from '../../../sdk/js/src/index.js';

const [address, ...names] = process.argv.slice(2);
const client = await connect(address);
for (const name of names) {
  const counter = await client.get(name);
  await counter.incr(5);
  console.log(JSON.stringify({ object: name, value: await counter.get() }));
}
await client.close();
