/** Numbers of the msgpack extension types of docs/wire.md, section 1. */
export const BIG_INTEGER: 1;
export const SET: 2;
export const DURATION: 3;
export const REFERENCE: 4;
export const ERROR: 5;
export const GRAPH: 6;
export const BACK_REFERENCE: 7;
export const RAISED: 8;
export const TIMESTAMP: -1;
