import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import test, { after, before, describe } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ArgumentInvalid, connect } from '../src/index.js';
import { Peer } from './peer.js';

/** @type {Peer} */
let peer;
/** @type {any} */
let client;

before(async () => {
  peer = await new Peer(({ method }) => method).start();
  peer.know('id-1', 'counter');
  client = await connect(peer.address);
});

after(async () => {
  await client.close();
  peer.stop();
});

/** @type {Map<string, (options: any) => unknown>} by method, how options are given to it */
const GIVEN = new Map(Object.entries({
  'connect': async (/** @type {any} */ options) => (await connect(peer.address, options)).close(),
  'client.createWith': (/** @type {any} */ options) => client.createWith(options, 'counter'),
  'client.createMany': (/** @type {any} */ options) => client.createMany('counter', [], options),
  'client.register': (/** @type {any} */ options) => client.register('counter.js', 'x', options),
  'client.registerKind': (/** @type {any} */ options) => client.registerKind('counter.js', 'x', options),
  'client.list': (/** @type {any} */ options) => client.list('', options),
  'client.move': (/** @type {any} */ options) => client.move('counter', 'k', options),
  'client.watch': (/** @type {any} */ options) => client.watch('', options),
  'client.logs': (/** @type {any} */ options) => client.logs('', options),
  'client.kernels': (/** @type {any} */ options) => client.kernels(options),
  'client.get': (/** @type {any} */ options) => client.get('counter', options),
  'client.describe': (/** @type {any} */ options) => client.describe('counter', options),
  'client.transaction': (/** @type {any} */ options) => client.transaction(async () => 1, options),
  'client.explain': (/** @type {any} */ options) => client.explain('counter', options),
  'stub.withOptions': async (/** @type {any} */ options) => (await client.get('counter')).withOptions(options),
}));

/**
 * @param {string} method
 * @param {unknown} options
 */
async function give(method, options) {
  await GIVEN.get(method)?.(options);
}

/**
 * @param {string} method
 * @param {unknown} options
 * @param {RegExp} message
 */
async function refused(method, options, message) {
  const asked = peer.requests.length;
  await assert.rejects(give(method, options), (error) => {
    assert(error instanceof ArgumentInvalid, String(error));
    assert.equal(error.code, 'ARGUMENT_INVALID');
    assert.match(error.message, message);
    return true;
  });
  if (method !== 'stub.withOptions') assert.equal(peer.requests.length, asked, 'nothing is asked');
}

describe('options that a method does not have', () => {
  /** @type {[string, Record<string, unknown>, string, string][]} */
  const misspelled = [
    ['client.register', { deploymentManager: ['Retry'] }, 'deploymentManager', 'deploymentManagers'],
    ['client.register', { deployment_managers: ['Retry'] }, 'deployment_managers', 'deploymentManagers'],
    ['client.registerKind', { idel: 5 }, 'idel', 'idle'],
    ['client.createWith', { nam: 'xx' }, 'nam', 'name'],
    ['client.createMany', { name: ['xx'] }, 'name', 'names'],
    ['client.list', { limt: 1 }, 'limt', 'limit'],
    ['client.logs', { folow: true }, 'folow', 'follow'],
    ['client.watch', { revision: 1n }, 'revision', 'fromRevision'],
    ['client.move', { allow_lossy: true }, 'allow_lossy', 'allowLossy'],
    ['client.kernels', { dead: true }, 'dead', 'includeDead'],
    ['client.get', { outage: 1 }, 'outage', 'outageAge'],
    ['client.describe', { outage_age: 1 }, 'outage_age', 'outageAge'],
    ['client.transaction', { timeut: 1 }, 'timeut', 'timeout'],
    ['connect', { dead: 1 }, 'dead', 'deadline'],
    ['connect', { timeout: 1 }, 'timeout', 'deadline'],
    ['client.explain', { managers: ['Retry'] }, 'managers', 'deploymentManagers'],
    ['stub.withOptions', { headrs: {} }, 'headrs', 'headers'],
  ];
  for (const [method, options, stranger, meant] of misspelled) {
    test(`${method}: ${stranger}`, () => refused(method, options, new RegExp(`there is no option ${stranger}; did you mean ${meant}\\?`)));
  }

  for (const method of GIVEN.keys()) {
    test(`${method} names its options where none is near`, () => refused(method, { zzzzzz: 1 }, /there is no option zzzzzz; options are \w+/));
    test(`${method} takes one object`, () => refused(method, 'zzz', /are one object, \{ \w+: … \}, not 'zzz'/));
  }
});

test('each method takes the options of the published types, and no other', async () => {
  const cli = fileURLToPath(new URL('operations_cli.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [cli]);
  /** @type {Record<string, { options: string[] }>} */
  const operations = JSON.parse(stdout).operations;
  const withOptions = Object.entries(operations).filter(([, { options }]) => options.length > 0);
  assert.deepEqual(withOptions.map(([name]) => name).sort(), [...GIVEN.keys()].sort());
  for (const [name, { options }] of withOptions) {
    await assert.rejects(give(name, { zzzzzz: 1 }), (error) => {
      const known = /options are (.*)$/.exec(String(/** @type {Error} */ (error).message))?.[1]?.split(', ');
      assert.deepEqual(known?.sort(), [...options].sort(), name);
      return true;
    });
  }
});
