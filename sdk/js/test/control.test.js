import assert from 'node:assert/strict';
import test, { afterEach, beforeEach, describe } from 'node:test';
import { fileURLToPath } from 'node:url';
import { connect, referenceOf } from '../src/index.js';
import { pack } from '../src/artifacts/pack.js';
import { Peer } from './peer.js';
import { until } from './until.js';

const COUNTER = fileURLToPath(new URL('fixtures/counter.js', import.meta.url));

describe('everything but calls', () => {
  /** @type {Peer} */
  let peer;
  /** @type {import('../src/index.js').Client} */
  let client;

  beforeEach(async () => {
    peer = await new Peer(({ args }) => args[0]).start();
    peer.know('id-1', 'counter', { labels: { tier: 'gold' }, generation: 3n });
    peer.know('id-2', 'list');
    client = await connect(peer.address);
  });
  afterEach(async () => {
    await client.close();
    peer.stop();
  });

  /** @param {string} name */
  const asked = (name) => peer.requests.filter((one) => one.name === name).map((one) => one.request);

  test('an object that is not there', async () => {
    await assert.rejects(client.get('nobody'), { code: 'NAME_NOT_FOUND', message: 'no object is called nobody' });
  });

  test('a client that is closed asks nothing more, and says so', async () => {
    const counter = await client.get('counter');
    await client.close();
    const before = peer.requests.length;
    const refused = { code: 'KERNEL_UNAVAILABLE', message: 'the client is closed; connect again', outcome: 'not_run' };
    await assert.rejects(async () => client.get('counter'), refused);
    await assert.rejects(async () => client.register(COUNTER, 'other'), refused);
    await assert.rejects(async () => client.watch('').next(), refused);
    await assert.rejects(async () => counter.incr(1), refused);
    assert.equal(peer.requests.length, before);
  });

  test('create sends arguments and options', async () => {
    await client.createWith({ name: 'two', kwargs: { step: 2 }, labels: { a: 'b' }, select: { region: ['eu', 'us'], gpu: true } }, 'counter', 10);
    const [request] = asked('create');
    assert.deepEqual([request.className, request.name, request.labels], ['counter', 'two', { a: 'b' }]);
    assert.equal(Buffer.from(request.args).toString('hex'), '910a');
    const requirements = request.selector.terms[0].requirements.map((/** @type {any} */ one) => [one.key, one.operator, one.values]);
    assert.deepEqual(requirements, [['region', 1, ['eu', 'us']], ['gpu', 3, []]]);
    assert.equal(await (await client.create('counter', 1)).echo('x'), 'x');
  });

  /** @param {number} count */
  const numbered = (count) => Array.from({ length: count }, (_, number) => [number]);
  const made = () => [...peer.records.keys()].filter((key) => key.startsWith('made-'));

  test('createMany makes batches, two at once, and answers in the order of the arguments', async () => {
    const answered = /** @type {number[]} */ ([]);
    let begun = 0;
    let underWay = 0;
    let most = 0;
    peer.beforeMaking = async ({ instances }) => {
      most = Math.max(most, ++underWay);
      begun++;
      await until(() => begun >= 2);
      // Whatever the client sent before this question is there when it is answered.
      await client.kernels();
      // The first batch is answered last.
      if (instances[0].args[1] === 0) await until(() => answered.length === 2);
      answered.push(instances.length);
      underWay--;
    };
    const stubs = await client.createMany('counter', numbered(1200));
    assert.deepEqual(stubs.map((stub) => referenceOf(stub)?.id), numbered(1200).map(([number]) => `made-${number}`));
    assert.deepEqual([answered, most], [[500, 200, 500], 2]);
    assert.equal(new Set(asked('createMany').map(({ requestId }) => requestId)).size, 3);
    assert.equal(referenceOf(stubs[1199] ?? {})?.className, 'Thing', 'the interface comes once for all');
    assert.equal(await stubs[1199]?.echo('x'), 'x');
  });

  test('createMany sends names and options', async () => {
    const options = { names: ['a', 'b'], kwargs: { step: 2 }, labels: { a: 'b' }, select: { region: 'eu' } };
    await client.createMany(await client.get('counter'), new Set([[1, 'x'], []]), options);
    const [{ className, instances, labels, selector }] = asked('createMany');
    const sent = instances.map((/** @type {any} */ { name, args, kwargs }) => [name, Buffer.from(args).toString('hex'), Buffer.from(kwargs).toString('hex')]);
    assert.deepEqual(sent, [['a', '9201a178', '81a47374657002'], ['b', '90', '81a47374657002']]);
    assert.deepEqual([className, labels, selector.terms[0].requirements[0].key], ['id-1', { a: 'b' }, 'region']);
  });

  test('createMany refuses what cannot be right, and sends nothing, as it does for no objects', async () => {
    await assert.rejects(client.createMany('counter', numbered(600), { names: ['one'] }), { code: 'ARGUMENT_INVALID', message: /^1 names .* 600 objects/ });
    await assert.rejects(client.createMany('counter', [], { names: ['one'] }), { code: 'ARGUMENT_INVALID' });
    await assert.rejects(client.createMany('counter', /** @type {any} */ ([[1], 2])), { name: 'TypeError', message: /argumentLists\[1\]/ });
    await assert.rejects(client.createMany('counter', /** @type {any} */ ('ab')), { name: 'TypeError' });
    await assert.rejects(client.createMany('counter', /** @type {any} */ (7)), { name: 'TypeError', message: /argumentLists/ });
    await assert.rejects(client.createMany('counter', [[1], [() => 1]]), { code: 'VALUE_INVALID', message: /^argumentLists\[1\]\[0\]/ });
    assert.deepEqual(await client.createMany('counter', []), []);
    assert.deepEqual(asked('createMany'), []);
  });

  test('createMany deletes what it made when a batch fails', async () => {
    let failed = false;
    peer.beforeMaking = async ({ instances }) => {
      // The first batch is made after the second could not be.
      if (instances[0].name === 'new-0') await until(() => failed);
      failed ||= instances[0].name === 'new-500';
    };
    const names = numbered(1200).map(([number]) => (number === 700 ? 'counter' : `new-${number}`));
    await assert.rejects(client.createMany('counter', numbered(1200), { names }), { code: 'NAME_TAKEN', message: 'the name counter is taken' });
    assert.deepEqual(made(), []);
    const deleted = new Set(asked('delete').map(({ nameOrId }) => nameOrId));
    assert(['made-0', 'made-499'].every((id) => deleted.has(id)) && !deleted.has('made-500'));
  });

  test('createMany says why a batch failed even where nothing can be deleted', async () => {
    peer.beforeMaking = async ({ instances }) => {
      if (instances[0].name === 'new-0') return;
      await until(() => made().length > 0);
      for (const id of made()) peer.records.delete(id);
    };
    const names = numbered(600).map(([number]) => (number === 599 ? 'counter' : `new-${number}`));
    await assert.rejects(client.createMany('counter', numbered(600), { names }), { code: 'NAME_TAKEN' });
    assert.equal(asked('delete').length, 500);
  });

  test('register uploads the artifact once packed, in parts', async () => {
    await client.register(COUNTER, 'counter', { deploymentManagers: [{ name: 'Retry', settings: { attempts: 3 } }], replace: true });
    const packed = await pack(COUNTER);
    const [first, ...rest] = asked('putArtifact')[0];
    assert.deepEqual([first.value.hash, first.value.language, first.value.entry], [packed.hash, 'js', 'counter.js']);
    assert.deepEqual(Buffer.concat(rest.map((/** @type {any} */ part) => part.value)), packed.data);
    const [request] = asked('register');
    assert.deepEqual([request.name, request.replace, request.deploymentManagers[0].name], ['counter', true, 'Retry']);
    assert.notEqual(request.requestId, '');
  });

  test('a registration that replaces leaves to the old object what it does not say', async () => {
    await client.register(COUNTER, 'counter', { replace: true });
    await client.register(COUNTER, 'counter', { replace: true, discardState: true, deploymentManagers: [], labels: {}, select: {} });
    const [silent, saying] = asked('register');
    assert.deepEqual([silent.noDeploymentManagers, silent.noLabels, silent.selector, silent.discardState], [false, false, undefined, false]);
    assert.deepEqual([saying.noDeploymentManagers, saying.noLabels, saying.discardState], [true, true, true]);
    assert.notEqual(saying.selector, undefined);
  });

  test('list goes on over pages; describe, move, delete, kernels', async () => {
    const objects = await client.list();
    assert.deepEqual(objects.map(({ name }) => name), ['counter', 'list']);
    const counter = await client.describe(await client.get('counter'));
    assert.deepEqual([counter.id, counter.status, counter.labels, counter.generation, counter.epoch], ['id-1', 'active', { tier: 'gold' }, 3, 1]);
    assert.deepEqual(counter.replicas, [{ path: '0', kernel: 'kernel-test', role: '', address: peer.address }]);
    const moved = await client.move('counter', 'other');
    assert.deepEqual([moved.object.id, moved.lost, asked('move')[0].kernelId], ['id-1', ['timer'], 'other']);
    await client.move('counter', 'other', { replica: '0.2' });
    assert.deepEqual(asked('move').map(({ path }) => path), ['0', '0.2']);
    assert.equal((await client.restart('counter')).id, 'id-1');
    await client.delete('list');
    assert.deepEqual(asked('delete').map(({ nameOrId }) => nameOrId), ['list']);
    assert.deepEqual((await client.kernels()).map(({ id, alive }) => [id, alive]), [['kernel-test', true]]);
  });

  test('deployment managers are attached by name or with a configuration, and explained', async () => {
    const attached = await client.attach('counter', ['Retry', { name: 'LeaseCaching', settings: { lease: 10 } }]);
    assert.deepEqual([attached.object.id, attached.pending], ['id-1', ['kernel-slow']]);
    const [{ deploymentManagers: [first, second] }] = asked('attach');
    assert.deepEqual([first.name, Buffer.from(first.config).toString('hex')], ['Retry', '80']);
    assert.deepEqual([second.name, Buffer.from(second.config).toString('hex')], ['LeaseCaching', '81a56c656173650a']);
    assert.deepEqual(await client.explain('counter'), { text: 'about counter', tree: { proxies: [] } });
    await client.explain('', { deploymentManagers: ['Retry'] });
    for (const target of ['counter', await client.get('counter')]) {
      await assert.rejects(client.explain(target, { deploymentManagers: ['Retry'] }), { code: 'ARGUMENT_INVALID', message: /an object or a chain, not both/ });
    }
    assert.equal(asked('explain').length, 2);
    assert.deepEqual(asked('explain')[1].deploymentManagers.map((/** @type {any} */ one) => one.name), ['Retry']);
  });

  test('watch tells what is there, and ends when the loop is left', async () => {
    const kinds = [];
    for await (const event of client.watch()) {
      kinds.push([event.kind, event.object?.name]);
      if (event.kind === 'synced') break;
    }
    assert.deepEqual(kinds, [['put', 'counter'], ['put', 'list'], ['synced', undefined]]);
  });

  test('commands go to deployment managers', async () => {
    const counter = await client.get('counter');
    assert.deepEqual(await counter.dm.migrate_to('kernel-2'), ['migrate_to', '', ['kernel-2']]);
    assert.deepEqual(await counter.dm.of('Retry').push(), ['push', 'Retry', []]);
  });
});

test('an object on another kernel is called there, and followed when it moves', async () => {
  /** @type {[string, number | undefined, string | undefined][]} */
  const ran = [];
  const { errorOfCode } = await import('../src/errors/registry.js');
  let at = 'kernel-b';
  /** @type {(kernel: string) => import('./peer.js').Answer} */
  const answering = (kernel) => ({ args, options }) => {
    if (kernel !== at) return errorOfCode('MOVED', 'it is elsewhere', { details: { kernel: at } });
    ran.push([kernel, options.get(9), options.get(3)]);
    return args[0];
  };
  const home = await new Peer(answering('kernel-a'), 'kernel-a').start();
  const other = await new Peer(answering('kernel-b'), 'kernel-b').start();
  const third = await new Peer(answering('kernel-c'), 'kernel-c').start();
  const place = (/** @type {Peer} */ peer) => home.know('id-9', 'wanderer', { replicas: [{ path: '0', kernelId: peer.kernelId, endpoints: peer.endpoints }] });
  place(other);
  const client = await connect(home.address);
  const wanderer = await client.get('wanderer');
  assert.equal(await wanderer.echo('direct'), 'direct');
  at = 'kernel-c';
  place(third);
  const argument = { word: 'before' };
  const following = wanderer.echo(argument);
  argument.word = 'after';
  assert.equal((await following).word, 'before', 'it is sent again as it was sent first');
  third.stop();
  at = 'kernel-a';
  assert.equal(await wanderer.echo('forwarded').catch((/** @type {any} */ error) => error.code), 'KERNEL_UNAVAILABLE');
  assert.equal(await wanderer.echo('forwarded'), 'forwarded');
  assert.deepEqual(ran.map(([kernel, flags]) => [kernel, flags]), [['kernel-b', 1], ['kernel-c', 1], ['kernel-a', undefined]]);
  assert.match(String(ran[1]?.[2]), new RegExp(`^${client.clientId}/\\d+/0$`));
  await client.close();
  home.stop();
  other.stop();
});
