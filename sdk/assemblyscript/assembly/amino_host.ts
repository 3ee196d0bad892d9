// The import of docs/webassembly.md, and the memory of arguments and answers.

// @ts-ignore: decorator
@external("amino", "host")
declare function aminoHost(operation: i32, a: i64, b: i64, c: i64): i64;

export namespace Operation {
  export const GET: i32 = 0;
  export const SELF: i32 = 1;
  export const PUSH_STRING: i32 = 6;
  export const CALL: i32 = 9;
  export const RESULT_SIZE: i32 = 12;
  export const RESULT_COPY: i32 = 13;
  export const ERROR: i32 = 14;
  export const RAISE: i32 = 15;
  export const RETHROW: i32 = 16;
  export const LOG: i32 = 17;
  export const PUSH_VALUE: i32 = 18;
  export const RESULT_VALUE: i32 = 19;
  export const REFUSE: i32 = 20;
  export const OBJECT_OF: i32 = 21;
  export const REFERENCE_OF: i32 = 22;
  export const NOW: i32 = 32;
  export const RANDOM: i32 = 33;
}

export function aminoOperation(operation: i32, a: i64 = 0, b: i64 = 0, c: i64 = 0): i64 {
  return aminoHost(operation, a, b, c);
}

/** An operation on a text. */
export function aminoText(operation: i32, text: string, c: i64 = 0): i64 {
  const utf8 = String.UTF8.encode(text);
  return aminoHost(operation, changetype<usize>(utf8), utf8.byteLength, c);
}

/** The bytes that the runtime holds ready. */
export function aminoTaken(size: i64): ArrayBuffer {
  const bytes = new ArrayBuffer(<i32>size);
  aminoHost(Operation.RESULT_COPY, changetype<usize>(bytes), 0, 0);
  return bytes;
}

/** Ends the member: the caller's call was wrong. */
export function aminoRefuse(message: string): void {
  aminoText(Operation.REFUSE, message);
  unreachable();
}

/** Ends the member with an error of this type. */
export function aminoRaise(type: string, message: string): void {
  aminoText(Operation.PUSH_STRING, type);
  aminoText(Operation.RAISE, message);
  unreachable();
}

/** What `throw` and failed assertions call. */
export function aminoAbort(message: string | null, file: string | null, line: u32, column: u32): void {
  aminoRaise("Error", message ? message : "abort at " + (file ? file : "?") + ":" + line.toString());
}

let replies: usize[] = [];

/** Bytes behind their number, until the call ends. */
export function aminoSized(from: usize, size: usize): usize {
  const at = heap.alloc(size + 8);
  store<u64>(at, <u64>size);
  memory.copy(at + 8, from, size);
  replies.push(at);
  return at;
}

/** A text that ends with NUL, until the call ends. */
export function aminoEnded(text: string): usize {
  const utf8 = String.UTF8.encode(text, true);
  return aminoSized(changetype<usize>(utf8), utf8.byteLength) + 8;
}

export function aminoAllocate(size: u64): u64 {
  return <u64>heap.alloc(<usize>size);
}

export function aminoRelease(address: u64): void {
  heap.free(<usize>address);
}

export function aminoEndCall(): void {
  while (replies.length > 0) heap.free(replies.pop());
}

// @ts-ignore: the name is the compiler's own
export function aminoStack(): u32 { return <u32>__stack_pointer; }

// @ts-ignore: the name is the compiler's own
export function aminoUnwind(top: u32): void { __stack_pointer = top; }
