import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import { inspect, isDeepStrictEqual } from 'node:util';
import { call, connect, referenceOf } from '../src/index.js';
import { Peer } from './peer.js';

/** @type {Peer} */
let peer;
/** @type {import('../src/index.js').Client} */
let client;
/** @type {any} */
let counter;
let level = 0;

const SHOWN = 'Stub(Thing counter id-1)';

before(async () => {
  peer = await new Peer(({ method, args }) => {
    if (method === 'level=') return void ([level] = args);
    return method === 'level' ? level : method;
  }).start();
  peer.know('id-1', 'counter');
  peer.know('id-2', 'other');
  client = await connect(peer.address);
  counter = await client.get('counter');
});

after(async () => {
  await client.close();
  peer.stop();
});

/** @type {Record<string, [(stub: any) => unknown, RegExp]>} */
const REFUSED = {
  'iteration': [(stub) => { for (const item of stub) assert.fail(String(item)); }, /cannot be iterated over or spread: await a member that gives a list/],
  'spread': [(stub) => [...stub], /cannot be iterated over or spread/],
  'unpacking': [(stub) => { const [first] = stub; return first; }, /cannot be iterated over/],
  'Array.from': [(stub) => Array.from(stub), /cannot be iterated over/],
  'number': [(stub) => Number(stub), /is no number: await a member that gives one/],
  'order': [(stub) => stub > 3, /is no number/],
  'assignment': [(stub) => { stub.level = 9; }, /await stub\.level\.set\(value\)/],
  'assignment of a member that was used': [(stub) => { assert.equal(typeof stub.used, 'function'); stub.used = 9; }, /await stub\.used\.set\(value\)/],
  'assignment of dm': [(stub) => { stub.dm = 1; }, /no dm to assign/],
  'Object.assign': [(stub) => Object.assign(stub, { level: 9 }), /await stub\.level\.set\(value\)/],
  'assignment of a command': [(stub) => { stub.dm.push = 1; }, /give a command that sets it/],
  'construction': [(stub) => new stub(), /not a constructor/],
  'call of the stub': [(stub) => stub(), /not a function/],
  'with': [(stub) => stub.with({ deadline: 1 }), /did you mean stub\.withOptions\(\{ deadline: … \}\)\? .*call\(stub, 'with'\)/],
  'with_options': [(stub) => stub.with_options({ deadline: 1 }), /did you mean stub\.withOptions/],
  'withOption': [(stub) => stub.withOption, /did you mean stub\.withOptions/],
  'options': [(stub) => stub.options({ deadline: 1 }), /did you mean stub\.withOptions/],
};

describe('what a stub refuses, without a call', () => {
  for (const [what, [work, told]] of Object.entries(REFUSED)) {
    test(what, () => {
      const sent = peer.frameSizes.length;
      assert.throws(() => work(counter), (/** @type {any} */ error) => error instanceof TypeError && told.test(error.message));
      assert.equal(peer.frameSizes.length, sent);
    });
  }

  test('structuredClone', () => {
    assert.throws(() => globalThis.structuredClone({ counter }), { name: 'DataCloneError' });
  });

  test('asynchronous iteration', async () => {
    await assert.rejects(async () => { for await (const item of counter) assert.fail(String(item)); }, /cannot be iterated over: await a member/);
  });
});

/** @type {Record<string, [(stub: any) => unknown, unknown]>} */
const WORKS = {
  'JSON': [(stub) => JSON.stringify({ stub }), '{"stub":{"amino":"id-1"}}'],
  'JSON of commands': [(stub) => JSON.stringify(stub.dm), '{}'],
  'inspect': [(stub) => inspect({ stub }), `{ stub: ${SHOWN} }`],
  'template': [(stub) => `${stub}`, SHOWN],
  'String': [String, SHOWN],
  'joining': [(stub) => [stub, stub].join(), `${SHOWN},${SHOWN}`],
  'Object.prototype.toString': [(stub) => Object.prototype.toString.call(stub), '[object Stub]'],
  'truth': [Boolean, true],
  'then': [(stub) => [stub.then, 'then' in stub], [undefined, false]],
  'in': [(stub) => ['incr' in stub, 'never used' in stub, 'toJSON' in stub, Symbol.hasInstance in stub], [true, true, true, false]],
  'keys': [(stub) => [typeof stub.incr, Object.keys(stub)], ['function', []]],
  'object spread': [(stub) => ({ ...stub }.incr), undefined],
  'instanceof': [(stub) => [stub instanceof Promise, stub instanceof Object, stub instanceof Map], [false, false, false]],
  'typeof': [(stub) => [typeof stub, typeof stub.incr, typeof stub.dm], ['object', 'function', 'object']],
  'the same member': [(stub) => new Set([stub.incr, stub.incr]).size, 1],
  'delete': [(stub) => [delete stub.incr, typeof stub.incr], [true, 'function']],
  'names of the language': [(stub) => [stub.constructor, stub.nodeType, stub[Symbol.species]], [undefined, undefined, undefined]],
  'key of a map': [(stub) => new Map([[stub, 1]]).get(stub), 1],
  'a wrapped stub': [(stub) => stub.withOptions({ deadline: 5 }).toString(), SHOWN],
};

describe('what works, without a call', () => {
  for (const [what, [work, expected]] of Object.entries(WORKS)) {
    test(what, () => {
      const sent = [peer.frameSizes.length, peer.requests.length];
      assert.deepEqual(work(counter), expected);
      assert.deepEqual([peer.frameSizes.length, peer.requests.length], sent);
    });
  }

  test('comparison of structure tells objects apart', async () => {
    const [again, other] = [await client.get('counter'), await client.get('other')];
    assert(isDeepStrictEqual({ stub: counter }, { stub: again }));
    assert(!isDeepStrictEqual({ stub: counter }, { stub: other }));
  });

  test('a stub is no promise', async () => {
    assert.equal(await counter, counter);
    assert.equal(await Promise.resolve(counter), counter);
  });
});

test('a property is read by a call without arguments, and set by name', async () => {
  await counter.level.set(9);
  assert.equal(level, 9);
  assert.equal(await counter.level(), 9);
});

test('an object may have a member that is named like a guess', async () => {
  const heard = await client.get('other');
  assert.equal(await call(heard, 'with'), 'with');
  const heardOf = peer.records.get('id-2');
  heardOf.interface.members.push({ ...heardOf.interface.members[0], name: 'options' });
  const again = /** @type {any} */ (await client.get('other'));
  assert.equal(await again.options(), 'options');
  assert.equal(referenceOf(again)?.id, 'id-2');
});
