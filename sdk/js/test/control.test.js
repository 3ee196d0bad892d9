import assert from 'node:assert/strict';
import test, { afterEach, beforeEach, describe } from 'node:test';
import { fileURLToPath } from 'node:url';
import { connect } from '../src/index.js';
import { pack } from '../src/artifacts/pack.js';
import { Peer } from './peer.js';

const COUNTER = fileURLToPath(new URL('fixtures/counter.js', import.meta.url));

describe('everything but calls', () => {
  /** @type {Peer} */
  let peer;
  /** @type {import('../src/index.js').Client} */
  let client;

  beforeEach(async () => {
    peer = await new Peer(({ args }) => args[0]).start();
    peer.know('id-1', 'counter', { labels: { tier: 'gold' } });
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

  test('create sends arguments and options', async () => {
    await client.createWith({ name: 'two', kwargs: { step: 2 }, labels: { a: 'b' }, selector: { region: ['eu', 'us'], gpu: true } }, 'counter', 10);
    const [request] = asked('create');
    assert.deepEqual([request.className, request.name, request.labels], ['counter', 'two', { a: 'b' }]);
    assert.equal(Buffer.from(request.args).toString('hex'), '910a');
    const requirements = request.selector.terms[0].requirements.map((/** @type {any} */ one) => [one.key, one.operator, one.values]);
    assert.deepEqual(requirements, [['region', 1, ['eu', 'us']], ['gpu', 3, []]]);
    assert.equal(await (await client.create('counter', 1)).echo('x'), 'x');
  });

  test('register uploads the artifact once packed, in parts', async () => {
    await client.register('counter', COUNTER, { deploymentManagers: [{ name: 'Retry', config: { attempts: 3 } }], replace: true });
    const packed = await pack(COUNTER);
    const [first, ...rest] = asked('putArtifact')[0];
    assert.deepEqual([first.value.hash, first.value.language, first.value.entry], [packed.hash, 'js', 'counter.js']);
    assert.deepEqual(Buffer.concat(rest.map((/** @type {any} */ part) => part.value)), packed.data);
    const [request] = asked('register');
    assert.deepEqual([request.name, request.replace, request.deploymentManagers[0].name], ['counter', true, 'Retry']);
    assert.notEqual(request.requestId, '');
  });

  test('list goes on over pages; describe, move, delete, kernels', async () => {
    const objects = await client.list();
    assert.deepEqual(objects.map(({ name }) => name), ['counter', 'list']);
    const counter = await client.describe(await client.get('counter'));
    assert.deepEqual([counter.id, counter.status, counter.labels, counter.replicas[0]?.kernel], ['id-1', 'active', { tier: 'gold' }, 'kernel-test']);
    const moved = await client.move('counter', { kernel: 'other' });
    assert.deepEqual([moved.object.id, moved.lost, asked('move')[0].kernelId], ['id-1', ['timer'], 'other']);
    await client.delete('list');
    assert.deepEqual(asked('delete').map(({ nameOrId }) => nameOrId), ['list']);
    assert.deepEqual((await client.kernels()).map(({ id, alive }) => [id, alive]), [['kernel-test', true]]);
  });

  test('deployment managers are attached by name or with a configuration, and explained', async () => {
    await client.attach('counter', ['Retry', { name: 'LeaseCaching', config: { lease: 10 } }]);
    const [{ deploymentManagers: [first, second] }] = asked('attach');
    assert.deepEqual([first.name, Buffer.from(first.config).toString('hex')], ['Retry', '80']);
    assert.deepEqual([second.name, Buffer.from(second.config).toString('hex')], ['LeaseCaching', '81a56c656173650a']);
    assert.deepEqual(await client.explain('counter'), { text: 'about counter', tree: { proxies: [] } });
    await client.explain(['Retry']);
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
  const place = (/** @type {Peer} */ peer) => home.know('id-9', 'wanderer', { replicas: [{ number: 0, kernelId: peer.kernelId, endpoints: peer.endpoints }] });
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
  assert.match(String(ran[1]?.[2]), new RegExp(`^${client.id}/\\d+/0$`));
  await client.close();
  home.stop();
  other.stop();
});
