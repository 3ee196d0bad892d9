import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { errorOfCode } from '../src/errors/registry.js';
import { connect } from '../src/index.js';
import { Route, isFollowed } from '../src/objects/route.js';
import { DEFAULT_OUTCOMES, OUTCOMES } from '../src/protocol.js';
import { Peer } from './peer.js';

const ROUTING = JSON.parse(readFileSync(new URL('../../../tests/conformance/routing.json', import.meta.url), 'utf8'));

/**
 * @param {Route} route
 * @param {any} event
 */
function stepOf(route, event) {
  if (event.failed) return route.failed(event.failed[0], event.failed[1], event.at);
  if (event.found) return route.found(event.found === 'elsewhere', event.at);
  return route.waited(event.at);
}

for (const { name, deadline, events } of ROUTING.cases) {
  test(`the cases of every language: ${name}`, () => {
    const route = new Route(deadline);
    for (const event of events) {
      const expected = event.pause === undefined ? { action: event.step } : { action: event.step, pauseMs: event.pause };
      assert.deepEqual(stepOf(route, event), expected, JSON.stringify(event));
    }
  });
}

test('only these failures are followed', () => {
  const followed = ROUTING.followed.map(String);
  for (const code of Object.keys(DEFAULT_OUTCOMES)) {
    for (const outcome of OUTCOMES) assert.equal(isFollowed(code, outcome), followed.includes(`${code},${outcome}`), `${code} ${outcome}`);
  }
});

/**
 * @param {any[]} refusals what the first calls are refused with
 * @param {(context: { peer: Peer, object: import('../src/index.js').Stub, ran: any[] }) => Promise<void>} use
 */
async function refusing(refusals, use) {
  /** @type {any[]} */
  const ran = [];
  const peer = await new Peer(({ args, options, budgetMs }) => {
    const refusal = refusals.shift();
    ran.push({ value: refusal ? null : args[0], budget: options.get(2) ?? budgetMs, request: options.get(3) });
    return refusal ?? args[0];
  }).start();
  peer.know('id-1', 'thing');
  const client = await connect(peer.address);
  try {
    await use({ peer, object: await client.get('thing'), ran });
  } finally {
    await client.close();
    peer.stop();
  }
}

const moved = () => errorOfCode('MOVED', 'not here at the moment');
const unreachable = () => errorOfCode('KERNEL_UNAVAILABLE', 'the other kernel does not answer', { outcome: 'not_run' });

test('calls that fail together run in their order, each with the time that is left', async () => {
  await refusing(Array.from({ length: 20 }, moved), async ({ object, ran }) => {
    assert.deepEqual(await Promise.all(Array.from({ length: 10 }, (_, index) => object.echo(index))), [...Array(10).keys()]);
    assert.deepEqual(ran.slice(20).map(({ value }) => value), [...Array(10).keys()]);
    assert.equal(ran.length, 30);
    assert(ran[10].budget <= ran[0].budget - 10 && ran[20].budget <= ran[10].budget - 20, JSON.stringify(ran));
    assert.equal(new Set(ran.slice(10).map(({ request }) => request)).size, 10, 'a call keeps the id of its first request');
  });
});

test('an object that stays away ends the call with its time', async () => {
  await refusing(Array.from({ length: 100 }, moved), async ({ object, ran }) => {
    await assert.rejects(object.withOptions({ deadline: 0.3 }).echo(1), (/** @type {any} */ error) => {
      assert.deepEqual([error.code, error.outcome, error.cause.code], ['DEADLINE_EXCEEDED', 'not_run', 'MOVED']);
      return true;
    });
    assert(ran.length <= 6, String(ran.length));
  });
});

test('a kernel that cannot reach the object is asked once more', async () => {
  await refusing([unreachable()], async ({ object, ran }) => {
    assert.deepEqual([await object.echo(1), ran.length], [1, 2]);
  });
  await refusing(Array.from({ length: 3 }, unreachable), async ({ object, ran }) => {
    await assert.rejects(object.echo(1), { code: 'KERNEL_UNAVAILABLE', outcome: 'not_run' });
    assert.equal(ran.length, 2);
  });
});

test('what may have run is not sent again', async () => {
  for (const code of ['MOVED', 'KERNEL_UNAVAILABLE']) {
    for (const outcome of /** @type {const} */ (['ran', 'unknown'])) {
      await refusing([errorOfCode(code, 'it is over', { outcome })], async ({ object, ran }) => {
        await assert.rejects(object.echo(1), { code, outcome });
        assert.equal(ran.length, 1);
      });
    }
  }
});

for (const { failed, question: [code, outcome], call, own } of ROUTING.unanswered) {
  test(`a question that ends with ${code} ends a call that failed with ${failed}`, async () => {
    await refusing([errorOfCode(failed, 'it has failed', { outcome: 'not_run' })], async ({ peer, object }) => {
      peer.beforeAnswering = () => { throw errorOfCode(code, 'no answer', { outcome }); };
      await assert.rejects(object.echo(1), { code: call[0], outcome: call[1], message: own ? /it has failed/ : /no answer/ });
    });
  });
}
