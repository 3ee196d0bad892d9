// Calls one object of a kernel, through the SDK or through grpc-js alone: `sdk 32 2` or `grpc 32 2` (calls under way, seconds) on standard input.
import { createInterface } from 'node:readline';
import { create, fromBinary, toBinary } from '../../../sdk/js/node_modules/@bufbuild/protobuf/dist/esm/index.js';
import { Client, credentials } from '../../../sdk/js/node_modules/@grpc/grpc-js/build/src/index.js';
import { connect } from '../../../sdk/js/src/index.js';
import { ClientService, InvokeRequestSchema, InvokeResponseSchema } from '../../../sdk/js/src/pb/client_pb.js';

const [address, name] = process.argv.slice(2);
const PADDING = new Uint8Array(40).fill(120);
// [1, 40 bytes] as MessagePack; grpc-js alone has no codec of ours.
const ARGS = Uint8Array.from([0x92, 1, 0xc4, 40, ...PADDING]);

const client = await connect(address);
const counter = await client.get(name);
const plain = new Client(address, credentials.createInsecure());

/** @returns {Promise<unknown>} */
function unary() {
  return new Promise((resolve, reject) => {
    plain.makeUnaryRequest(
      `/${ClientService.typeName}/Invoke`,
      (message) => Buffer.from(toBinary(InvokeRequestSchema, message)),
      (bytes) => fromBinary(InvokeResponseSchema, bytes),
      create(InvokeRequestSchema, { target: name, method: 'incr', args: ARGS }),
      (error, answer) => (error ? reject(error) : answer.outcome.case === 'value' ? resolve(answer) : reject(new Error(answer.outcome.value.message))),
    );
  });
}

const WAYS = { sdk: () => counter.incr(1, PADDING), grpc: unary };

for await (const line of createInterface({ input: process.stdin })) {
  const [way, outstanding, seconds] = line.split(' ');
  const call = WAYS[way];
  const begin = performance.now();
  const end = begin + Number(seconds) * 1000;
  let n = 0;
  const work = async () => {
    while (performance.now() < end) {
      await call();
      n += 1;
    }
  };
  await Promise.all(Array.from({ length: Number(outstanding) }, work));
  console.log(JSON.stringify({ n, seconds: (performance.now() - begin) / 1000 }));
}
plain.close();
await client.close();
