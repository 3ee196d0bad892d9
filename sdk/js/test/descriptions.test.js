import assert from 'node:assert/strict';
import test from 'node:test';
import { create } from '@bufbuild/protobuf';
import { describeObject } from '../src/objects/description.js';
import { describeKind } from '../src/objects/kind_description.js';
import { selectorMessage } from '../src/objects/selector.js';
import { RestartResponse_Origin as Origin } from '../src/pb/client_pb.js';
import { KindRecordSchema, ObjectRecordSchema } from '../src/pb/common_pb.js';
import { Codec } from '../src/wire/codec.js';

const codec = new Codec();
const spec = {
  artifact: { className: 'Cart' }, idleMs: 1500n, deploymentManagers: [{ name: 'Retry', config: codec.encode({ attempts: 3 }) }],
  selector: selectorMessage([{ region: ['eu', 'us'], gpu: true }, { disk: { not: 'hdd' }, spot: false, tier: 'gold' }]),
  constructorArgs: codec.encodeArray([7, 'x']), constructorKwargs: codec.encode({ start: 1 }),
};
const wanted = {
  className: 'Cart', idle: 1.5, deploymentManagers: [{ name: 'Retry', settings: { attempts: 3 } }],
  select: 'region in (eu, us) and gpu or disk!=hdd and !spot and tier=gold', args: [7, 'x'], kwargs: { start: 1 },
};

/**
 * @param {Record<string, unknown>} found
 * @param {Record<string, unknown>} facts
 */
function has(found, facts) {
  for (const [name, fact] of Object.entries(facts)) assert.deepEqual(found[name], fact, name);
}

test('an object is described with what it was made of', () => {
  const record = create(ObjectRecordSchema, { id: 'o1', spec });
  has({ ...describeObject(record, codec, Origin.COPY) }, { ...wanted, restartedFrom: 'copy' });
  has({ ...describeObject(create(ObjectRecordSchema, {}), codec) }, { select: '', args: [], kwargs: {}, restartedFrom: '' });
});

test('a kind is described with what its objects are made of', () => {
  has({ ...describeKind(create(KindRecordSchema, { name: 'cart', spec, maker: 'client c1' }), codec) }, { ...wanted, maker: 'client c1' });
});
