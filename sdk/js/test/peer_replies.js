import { create, toBinary } from '@bufbuild/protobuf';
import { Metadata, status } from '@grpc/grpc-js';
import { AminoError } from '../src/errors/tree.js';
import * as frames from '../src/lane/frames.js';
import * as common from '../src/pb/common_pb.js';
import { OUTCOMES, PARTIAL, REPLY } from '../src/protocol.js';
import { ValueEncoder } from '../src/wire/encode.js';
import { Writer } from '../src/wire/writer.js';

/**
 * @param {number} seq
 * @param {number[] | null} indexes null: all
 * @param {any[]} outcomes errors are raised
 * @returns {Buffer}
 */
export function replyFrame(seq, indexes, outcomes) {
  const writer = new Writer();
  const encoder = new ValueEncoder(writer);
  writer.array(indexes ? 4 : 3);
  writer.integer(indexes ? PARTIAL : REPLY);
  writer.integer(seq);
  if (indexes) encoder.root(indexes);
  writer.array(outcomes.length);
  for (const outcome of outcomes) {
    if (outcome instanceof AminoError) encoder.raised(outcome);
    else encoder.root(outcome);
  }
  return frames.framed([writer.toBytes()]);
}

/** @param {unknown} value */
export function encodeValue(value) {
  const writer = new Writer();
  new ValueEncoder(writer).root(value);
  return writer.toBytes();
}

/**
 * @param {unknown[]} frame
 * @returns {Buffer}
 */
export function encodeFrame(frame) {
  return frames.framed([encodeValue(frame)]);
}

/** @param {any} error */
export function rpcError(error) {
  const metadata = new Metadata();
  if (error instanceof AminoError) {
    const message = create(common.ErrorSchema, { code: error.code, type: error.type, message: error.message, outcome: OUTCOMES.indexOf(error.outcome) });
    metadata.set('amino-error-bin', Buffer.from(encodeError(message)));
  }
  const code = error.code === 'KERNEL_UNAVAILABLE' ? status.UNAVAILABLE : status.NOT_FOUND;
  return { code, details: error.message, metadata };
}

/** @param {any} message */
function encodeError(message) {
  return toBinary(common.ErrorSchema, message);
}
