// grpc-js on both sides, unary calls: `server PORT` or `client PORT`, obeying what benchmarks/drivers.py describes.
import { createInterface } from 'node:readline';
import { Client, Server, ServerCredentials, credentials } from '../../../sdk/js/node_modules/@grpc/grpc-js/build/src/index.js';

const PATH = '/benchmark.Counter/Incr';
const PADDING = Buffer.alloc(40, 'x');
// { n, padding } as 4 bytes and the rest: no schema, so that only gRPC itself is measured.
const writeRequest = (n) => Buffer.concat([Buffer.from(Int32Array.of(n).buffer), PADDING]);
const writeReply = (value) => Buffer.from(Float64Array.of(value).buffer);
const readReply = (bytes) => bytes.readDoubleLE(0);

const [mode, port] = process.argv.slice(2);
const address = `127.0.0.1:${port}`;

function serve() {
  let value = 0;
  const server = new Server();
  const incr = {
    path: PATH,
    requestStream: false,
    responseStream: false,
    requestSerialize: writeRequest,
    requestDeserialize: (bytes) => ({ n: bytes.readInt32LE(0) }),
    responseSerialize: writeReply,
    responseDeserialize: readReply,
  };
  server.addService({ incr }, { incr: (call, answer) => answer(null, (value += call.request.n)) });
  server.bindAsync(address, ServerCredentials.createInsecure(), (error) => {
    if (error) throw error;
    console.log('READY');
  });
}

async function call() {
  const client = new Client(address, credentials.createInsecure());
  const incr = (n) =>
    new Promise((resolve, reject) => {
      client.makeUnaryRequest(PATH, writeRequest, readReply, n, (error, value) => (error ? reject(error) : resolve(value)));
    });
  const say = (answer) => console.log(JSON.stringify(answer));
  let total = 0;
  say({ ready: true });
  for await (const line of createInterface({ input: process.stdin })) {
    const [command, ...words] = line.split(' ');
    const start = performance.now();
    if (command === 'quit') break;
    if (command === 'sequential') {
      const samples = [];
      let before = start;
      while (before < start + Number(words[0]) * 1000) {
        await incr(1);
        const after = performance.now();
        samples.push((after - before) * 1000);
        before = after;
      }
      samples.sort((a, b) => a - b);
      total += samples.length;
      const n = samples.length;
      say({ n, seconds: (before - start) / 1000, p50_us: samples[n >> 1], p99_us: samples[Math.floor(n * 0.99)] });
    } else if (command === 'outstanding') {
      let n = 0;
      const work = async () => {
        while (performance.now() < start + Number(words[1]) * 1000) {
          await incr(1);
          n += 1;
        }
      };
      await Promise.all(Array.from({ length: Number(words[0]) }, work));
      total += n;
      say({ n, seconds: (performance.now() - start) / 1000 });
    } else if (command === 'check') {
      say({ total, value: await incr(0) });
    }
  }
  process.exit(0);
}

if (mode === 'server') serve();
else await call();
