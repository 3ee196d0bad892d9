import assert from 'node:assert/strict';
import test, { afterEach, beforeEach, describe } from 'node:test';
import { Duration, GuestException, KernelUnavailable, call, connect, referenceOf } from '../src/index.js';
import { Peer, SILENCE } from './peer.js';
import { until } from './until.js';

/** @type {Peer} */
let peer;
/** @type {import('../src/index.js').Client} */
let client;
let value = 0;

/** @type {import('./peer.js').Answer} */
function answer({ target, method, args, options, budgetMs, client: caller }) {
  switch (method) {
    case 'incr': return (value += args[0]);
    case 'echo': return args[0];
    case 'about': return { target, kwargs: options.get(1) ?? null, options: [...options.keys()], budgetMs, caller };
    case 'fail': return new GuestException('too small', { type: 'RangeError', stack: '    at incr (counter.js:3:5)', details: { least: 1 } });
    case 'later': return new Promise((resolve) => { setImmediate(resolve, args[0]); });
    case 'never': return SILENCE;
    default: return new GuestException(`no ${method}`);
  }
}

/** @param {{ lanes?: ('unix' | 'tcp')[] }} [options] */
async function begin(options) {
  value = 0;
  peer = await new Peer(answer).start(options);
  peer.know('id-1', 'counter');
  client = await connect(peer.address);
}

/** @param {number} frames that the peer has got */
function sent(frames) {
  return until(() => peer.frameSizes.length === frames);
}

function cancelled() {
  return until(() => peer.cancels.length === 1);
}

async function end() {
  await client.close();
  peer.stop();
}

describe('calls over the Unix lane', () => {
  beforeEach(() => begin());
  afterEach(end);

  test('a member is a method that returns a promise', async () => {
    const counter = await client.get('counter');
    assert.equal(await counter.incr(5), 5);
    assert.equal(await counter.incr(2), 7);
    assert.match(client.carrier, /^unix:/);
    assert.equal(client.kernel, 'kernel-test');
  });

  test('calls of one turn of the loop leave in one frame', async () => {
    const counter = await client.get('counter');
    const results = await Promise.all(Array.from({ length: 100 }, () => counter.incr(1)));
    assert.deepEqual(results, Array.from({ length: 100 }, (_, index) => index + 1));
    assert.deepEqual(peer.frameSizes, [100]);
  });

  test('loops that wait for one another gather again and again', async () => {
    const counter = await client.get('counter');
    await Promise.all(Array.from({ length: 8 }, async () => {
      for (let round = 0; round < 5; round++) await counter.incr(1);
    }));
    assert.deepEqual(peer.frameSizes, [8, 8, 8, 8, 8]);
  });

  test('a slow call holds nobody back', async () => {
    const counter = await client.get('counter');
    const order = /** @type {string[]} */ ([]);
    await Promise.all([
      counter.later('slow').then((/** @type {string} */ it) => order.push(it)),
      counter.echo('fast').then((/** @type {string} */ it) => order.push(it)),
    ]);
    assert.deepEqual(order, ['fast', 'slow']);
    assert.deepEqual(peer.frameSizes, [2]);
  });

  test('an exception of the object arrives with its class, message, stack and details', async () => {
    const counter = await client.get('counter');
    await assert.rejects(counter.fail(), (/** @type {any} */ error) => {
      assert(error instanceof GuestException);
      assert.deepEqual([error.code, error.type, error.message, error.details], ['GUEST_EXCEPTION', 'RangeError', 'too small', { least: 1 }]);
      assert.match(error.guestStack, /counter\.js:3:5/);
      assert.match(String(error.stack), /counter\.js:3:5/);
      return true;
    });
  });

  test('a failure belongs to its own call', async () => {
    const counter = await client.get('counter');
    const outcomes = await Promise.allSettled([counter.incr(1), counter.fail(), counter.incr(() => 1), counter.incr(1)]);
    assert.deepEqual(outcomes.map(({ status }) => status), ['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    const refused = /** @type {PromiseRejectedResult} */ (outcomes[2]).reason;
    assert.equal(refused.code, 'VALUE_INVALID');
    assert.match(refused.message, /args\[0\]: a function cannot travel/);
    assert.equal(value, 2);
  });

  test('options of a call', async () => {
    const counter = await client.get('counter');
    const about = await counter.withOptions({ deadline: 0.5, kwargs: { by: 2 } }).withOptions({ readOnly: true }).about();
    assert.deepEqual(about, { target: 'id-1', kwargs: { by: 2 }, options: [1, 2, 4], budgetMs: 500, caller: client.clientId });
    assert.equal((await counter.withOptions({ deadline: Duration.fromMilliseconds(250) }).about()).budgetMs, 250);
    assert.throws(() => counter.withOptions(/** @type {any} */ ({ timeout: 3 })), /no option timeout/);
    assert.throws(() => counter.withOptions({ deadline: -1 }), { code: 'ARGUMENT_INVALID' });
  });

  test('a deadline ends a call that is not answered, and tells the kernel', async () => {
    const counter = await client.get('counter');
    await assert.rejects(counter.withOptions({ deadline: 0.001 }).never(), { code: 'DEADLINE_EXCEEDED' });
    await until(() => peer.cancels.length === 1);
    assert.equal(await counter.incr(1), 1);
  });

  test('a signal cancels a call, before and after it was sent', async () => {
    const counter = await client.get('counter');
    const controller = new AbortController();
    const running = counter.withOptions({ signal: controller.signal }).never();
    await until(() => peer.frameSizes.length === 1);
    controller.abort();
    await assert.rejects(running, { code: 'CANCELLED' });
    await until(() => peer.cancels.length === 1);
    assert.deepEqual(peer.cancels[0]?.indexes, [0]);
    await assert.rejects(counter.withOptions({ signal: controller.signal }).incr(1), { code: 'CANCELLED' });
    assert.equal(value, 0);
  });

  test('stubs are arguments and results', async () => {
    const counter = await client.get('counter');
    const back = await counter.echo({ held: [counter] });
    assert.equal(referenceOf(back.held[0])?.id, 'id-1');
    assert.equal(await back.held[0].incr(3), 3);
    assert.equal(await call(counter, 'echo', 'then'), 'then');
  });

  test('a stub is no promise, and shows what it is', async () => {
    const counter = await client.get('counter');
    assert.equal(counter.then, undefined);
    assert.match(String(counter), /^Stub\(Thing counter id-1\)$/);
    assert.deepEqual(JSON.parse(JSON.stringify({ counter })), { counter: { amino: 'id-1' } });
  });

  test('a lost connection fails what waits; the next call opens another', async () => {
    const counter = await client.get('counter');
    const waiting = counter.never();
    await until(() => peer.frameSizes.length === 1);
    peer.dropConnections();
    await assert.rejects(waiting, (/** @type {any} */ error) => error instanceof KernelUnavailable && error.outcome === 'unknown');
    assert.deepEqual(await Promise.all([counter.incr(1), counter.incr(1)]), [1, 2]);
    assert.match(client.carrier, /^unix:/);
  });

  test('closing fails what waits and what comes', async () => {
    const counter = await client.get('counter');
    const waiting = counter.never();
    await until(() => peer.frameSizes.length === 1);
    await client[Symbol.asyncDispose]();
    await assert.rejects(waiting, { code: 'KERNEL_UNAVAILABLE' });
    await assert.rejects(counter.incr(1), { code: 'KERNEL_UNAVAILABLE', outcome: 'not_run' });
  });

  test('large values travel; too large ones are refused', async () => {
    const counter = await client.get('counter');
    const bytes = new Uint8Array(3_000_000).fill(7);
    const [small, back, last] = await Promise.all([counter.echo(1), counter.echo(bytes), counter.echo(2)]);
    assert.deepEqual([small, last], [1, 2]);
    assert.deepEqual(back, bytes);
    await assert.rejects(counter.echo(new Uint8Array(17_000_000)), { code: 'VALUE_INVALID' });
    assert.equal(await counter.echo('still here'), 'still here');
  });

  test('many large calls of one turn are spread over frames', async () => {
    const counter = await client.get('counter');
    const blocks = Array.from({ length: 6 }, (_, index) => new Uint8Array(4_000_000).fill(index));
    assert.deepEqual(await Promise.all(blocks.map((block) => counter.echo(block))), blocks);
    assert(peer.frameSizes.length > 1);
  });
});

for (const [name, lanes, carrier] of /** @type {const} */ ([['TCP', ['tcp'], /^tcp:/], ['gRPC, where no lane is offered', [], /^grpc$/]])) {
  describe(`calls over ${name}`, () => {
    beforeEach(() => begin({ lanes: [...lanes] }));
    afterEach(end);

    test('calls, errors, partial replies, cancel', async () => {
      const counter = await client.get('counter');
      assert.match(client.carrier, carrier);
      assert.deepEqual(await Promise.all([counter.incr(1), counter.later('x'), counter.incr(1)]), [1, 'x', 2]);
      await assert.rejects(counter.fail(), { type: 'RangeError' });
      const controller = new AbortController();
      const running = counter.withOptions({ signal: controller.signal }).never();
      await sent(3);
      controller.abort();
      await assert.rejects(running, { code: 'CANCELLED' });
      await cancelled();
    });
  });
}

test('a lane that is offered and does not answer is passed over silently', async () => {
  await begin({ lanes: [] });
  peer.endpoints.laneUnix = '/nonexistent/amino-lane';
  const other = await connect(peer.address);
  assert.equal(other.carrier, 'grpc');
  assert.equal(await (await other.get('counter')).incr(4), 4);
  await other.close();
  await end();
});

test('a kernel that was started again, with another lane, is found by a later call', async () => {
  await begin();
  const counter = await client.get('counter');
  await counter.incr(1);
  const port = Number(peer.address.split(':')[1]);
  peer.stop();
  await assert.rejects(counter.incr(1), { code: 'KERNEL_UNAVAILABLE' });
  peer = await new Peer(answer).start({ lanes: ['tcp'], port });
  peer.know('id-1', 'counter');
  let found = false;
  await until(() => {
    counter.incr(1).then(() => { found = true; }, () => { /* not yet */ });
    return found;
  });
  assert.match(client.carrier, /^tcp:/);
  await end();
});

test('several addresses are tried in order', async () => {
  await begin();
  const other = await connect(`127.0.0.1:1,${peer.address}`);
  assert.equal(other.address, peer.address);
  await other.close();
  await end();
});

test('nobody answers at the address', async () => {
  for (const [address, why] of [['127.0.0.1:1', 'connection refused'], ['nobody.invalid:1', 'no host has that name']]) {
    const message = `the kernel at ${address} does not answer (${why}). Is it running? \`amino up\` starts one.`;
    await assert.rejects(connect(address), { code: 'KERNEL_UNAVAILABLE', outcome: 'not_run', message });
  }
});

test('a kernel of another version is refused before the first call', async () => {
  const later = new Peer(answer);
  later.wireVersion = 3;
  await later.start();
  await assert.rejects(connect(later.address), { code: 'FRAME_INVALID', message: /version 3 of the wire and this program version 2: upgrade this program$/ });
  await later.stop();
});
