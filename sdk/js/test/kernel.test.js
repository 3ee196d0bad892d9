import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import test, { after, before, describe } from 'node:test';
import { GuestException, Timestamp, connect, referenceOf } from '../src/index.js';
import { until } from './until.js';

const ADDRESS = process.env.AMINO_TEST_ADDRESS;
const COUNTER = fileURLToPath(new URL('fixtures/counter.js', import.meta.url));
const reason = 'AMINO_TEST_ADDRESS names no kernel; start one with `amino up`';

/**
 * Waits until an object is no more.
 * @param {import('../src/index.js').Client} client
 * @param {object} stub
 * @returns {Promise<void>}
 */
async function gone(client, stub) {
  let there = true;
  const look = async () => {
    there = await client.describe(stub).then(() => true, () => false);
    if (there) setTimeout(look, 100);
  };
  await look();
  await until(() => !there, 30_000);
}

for (const transport of /** @type {const} */ (['auto', 'grpc'])) {
  describe(`a kernel, transport ${transport}`, { skip: ADDRESS === undefined && reason }, () => {
    const name = `counter-${randomBytes(4).toString('hex')}`;
    /** @type {import('../src/index.js').Client} */
    let client;
    /** @type {import('../src/index.js').Stub} */
    let counter;

    before(async () => {
      client = await connect(ADDRESS, { transport });
      counter = await client.register(COUNTER, name);
    });
    after(async () => {
      await client?.delete(name).catch(() => { /* a test deletes it as well */ });
      await client?.close();
    });

    test('calls travel as they should', () => {
      assert.match(client.carrier, transport === 'auto' ? /^(unix|tcp):/ : /^grpc$/);
    });

    test('calls run in the order sent', async () => {
      const results = await Promise.all(Array.from({ length: 1000 }, () => counter.incr(1)));
      assert.deepEqual(results, Array.from({ length: 1000 }, (_, index) => index + 1));
    });

    test('transactions span the calls that others make for the block', async () => {
      const ledger = await client.register(COUNTER, `${name}-ledger`, { deploymentManagers: ['LockingTransactions'] });
      const shop = (await client.register(COUNTER, `${name}-shop`)).withOptions({ deadline: 10 });
      const inside = await ledger.dm.transaction(async () => {
        await ledger.incr(1);
        await assert.rejects(ledger.dm.transaction(() => assert.fail()), { code: 'TRANSACTION_INVALID', message: /inside its transaction tx-/ });
        return shop.relay(ledger, 2);
      });
      assert.equal(inside, 3);
      await assert.rejects(ledger.dm.of('LockingTransactions').transaction(async () => {
        assert.equal(await shop.relay(ledger, 10), 13);
        throw new RangeError('no');
      }), RangeError);
      assert.equal(await ledger.get(), 3);
      await Promise.all([client.delete(ledger), client.delete(shop)]);
    });

    test('values come back as they went', async () => {
      const shared = [1];
      const value = {
        text: 'Zürich 😀', big: 2n ** 80n, negative: -0, bytes: new Uint8Array([0, 255]), map: new Map([[1, 'a'], [2, 'b']]),
        set: new Set(['x']), date: new Date(1_700_000_000_123), exact: new Timestamp(1_700_000_000_123_456_789n), nothing: null, shared: [shared, shared],
      };
      const back = await counter.echo(value);
      assert.deepEqual(back, value);
      assert.equal(back.shared[0], back.shared[1]);
    });

    test('an exception keeps class, message and stack', async () => {
      await assert.rejects(counter.fail(), (/** @type {any} */ error) => {
        assert(error instanceof GuestException);
        assert.equal(error.type, 'RangeError');
        assert.match(error.message, /too small/);
        assert.match(error.guestStack, /fail/);
        return true;
      });
    });

    test('a member that is not there is named', async () => {
      await assert.rejects(counter.increment(1), (/** @type {any} */ error) => error.code === 'MEMBER_NOT_FOUND' && /incr/.test(error.message));
    });

    test('further instances, stubs as arguments and results', async () => {
      const second = await client.create(name, 10);
      assert.equal(await second.incr(1), 11);
      const back = await counter.echo([second]);
      assert.equal(referenceOf(back[0])?.id, referenceOf(second)?.id);
      assert.equal(await back[0].get(), 11);
      await client.delete(second);
    });

    test('further instances by the thousand', async () => {
      const starts = Array.from({ length: 1200 }, (_, start) => [start]);
      const names = starts.map(([start]) => `${name}-${start}`);
      const many = await client.createMany(name, starts, { names });
      assert.equal(many.length, 1200);
      assert.deepEqual([await many[0]?.incr(1), await many[1199]?.incr(1)], [1, 1200]);
      const [last] = many.slice(-1).map(referenceOf);
      assert.deepEqual([last?.className, last?.id], ['Counter', referenceOf(await client.get(`${name}-1199`))?.id]);
      await Promise.all(many.map((one) => client.delete(one)));
    });

    test('further instances, of which one cannot be made, are none', async () => {
      const starts = Array.from({ length: 600 }, (_, start) => [start]);
      const names = starts.map(([start]) => (start === 599 ? name : `${name}-${start}`));
      await assert.rejects(client.createMany(name, starts, { names }), { code: 'NAME_TAKEN' });
      assert.deepEqual((await client.list(name)).map((object) => object.name), [name]);
    });

    test('the object of a kind and a key is made once', async () => {
      const options = { labels: { team: 'a' } };
      const kind = await client.registerKind(COUNTER, name, options);
      assert.deepEqual([kind.name, kind.generation, kind.language, kind.labels, kind.keyArgument], [name, 1, 'js', { team: 'a' }, false]);
      assert.deepEqual(await client.registerKind(COUNTER, name, options), kind);
      await assert.rejects(client.registerKind(COUNTER, name, { keyArgument: true }), { code: 'NAME_TAKEN' });
      await assert.rejects(client.registerKind(COUNTER, `${name}-naps`, { idle: 60 }), { code: 'CHAIN_INVALID' });
      const stubs = await Promise.all(Array.from({ length: 20 }, () => client.getOrCreate(name, 7)));
      assert.equal(new Set(stubs.map((stub) => referenceOf(stub)?.id)).size, 1);
      await Promise.all(stubs.map((stub) => stub.incr(1)));
      assert.equal(await (await client.get(`${name}/7`)).get(), 20);
      assert.equal(await (await client.getOrCreate(name, 'other', 4)).get(), 4);
      assert.deepEqual((await client.kinds(name)).map((one) => one.name), [name]);
      await client.removeKind(name);
      assert.equal(await (await client.getOrCreate(name, 7n)).get(), 20);
      await assert.rejects(client.getOrCreate(name, 8), { code: 'NAME_NOT_FOUND' });
      for (const key of ['7', 'other']) await client.delete(`${name}/${key}`);
    });

    test('an endless call ends at its deadline, and at its cancellation', async () => {
      const loop = await client.create(name);
      await assert.rejects(loop.withOptions({ deadline: 0.3 }).spin(), { code: 'DEADLINE_EXCEEDED' });
      const other = await client.create(name);
      const controller = new AbortController();
      const running = other.withOptions({ signal: controller.signal }).spin();
      await counter.get();
      controller.abort();
      await assert.rejects(running, { code: 'CANCELLED' });
      assert.equal(typeof await counter.get(), 'number');
    });

    test('a further instance without a name goes when its time to live is over', async () => {
      const [passing, many] = [await client.createWith({ ttl: 1.5 }, name), await client.createMany(name, [[1], [2]], { ttl: 1.5 })];
      assert.equal(await passing.incr(1), 1);
      for (const one of [passing, ...many]) await gone(client, one);
      await assert.rejects(client.createWith({ ttl: -1 }, name), /ttl must be 0 or more seconds/);
      await assert.rejects(client.createWith({ ttl: 1.5, name: `${name}-named` }, name), { code: 'ARGUMENT_INVALID' });
    });

    test('list, describe, kernels, watch, delete', async () => {
      assert((await client.list(name)).some((one) => one.name === name));
      const described = await client.describe(name);
      assert.deepEqual([described.status, described.language], ['active', 'js']);
      assert(described.members.some((member) => member.name === 'incr'));
      assert((await client.kernels()).some((kernel) => kernel.id === client.kernel && kernel.alive));
      const seen = /** @type {string[]} */ ([]);
      const controller = new AbortController();
      const watching = (async () => {
        for await (const event of client.watch(name, { signal: controller.signal })) seen.push(event.kind);
      })();
      await until(() => seen.includes('synced'));
      await client.delete(name);
      await until(() => seen.includes('delete'));
      controller.abort();
      await watching;
      await assert.rejects(client.get(name), { code: 'NAME_NOT_FOUND' });
      await assert.rejects(counter.get(), { code: 'OBJECT_NOT_FOUND' });
    });
  });
}
