// The names that objects use, and what their exports call.
import { aminoEnded, aminoOperation, aminoRaise, aminoSized, aminoTaken, aminoText, Operation } from "./amino_host";
import { AminoReader } from "./amino_reader";
import { AminoWriter } from "./amino_writer";
import { AminoValue, aminoGet, aminoPut } from "./amino_values";

export { aminoAbort } from "./amino_host";

/** The error of a callee. */
export class AminoFailure {
  constructor(public code: string, public type: string, public message: string) {}
}

function failed(which: i64): string {
  aminoOperation(Operation.ERROR, which);
  return String.UTF8.decode(aminoTaken(aminoOperation(Operation.RESULT_SIZE)));
}

/** Another object. It may be kept in a field. */
export class AminoObject {
  constructor(public handle: i32) {}

  static ofReference(at: usize, size: usize): AminoObject {
    return new AminoObject(<i32>aminoOperation(Operation.OBJECT_OF, at, size));
  }

  reference(): ArrayBuffer {
    return aminoTaken(aminoOperation(Operation.REFERENCE_OF, this.handle));
  }

  /** The next argument of the call that follows: `other.with<i64>(5).call<i64>("incr")`. */
  with<T>(argument: T): AminoObject {
    const out = new AminoWriter();
    aminoPut<T>(out, argument);
    aminoOperation(Operation.PUSH_VALUE, out.at, out.size);
    return this;
  }

  /** Calls a member and waits. An error of the callee ends the calling member with the same error. */
  call<R>(member: string): R {
    if (this.tryCall(member) != null) aminoOperation(Operation.RETHROW);
    return amino.answer<R>();
  }

  /** Calls a member and waits; gives the error of the callee, or null where there is an answer. */
  tryCall(member: string): AminoFailure | null {
    const utf8 = String.UTF8.encode(member);
    const kind = aminoOperation(Operation.CALL, this.handle, changetype<usize>(utf8), utf8.byteLength);
    return kind < 0 ? new AminoFailure(failed(0), failed(1), failed(2)) : null;
  }
}

export namespace amino {
  /** The object registered under a name. When there is none, the member ends with that error. */
  export function get(name: string): AminoObject {
    return new AminoObject(<i32>aminoText(Operation.GET, name));
  }

  /** The object whose member runs now. */
  export function self(): AminoObject {
    return new AminoObject(<i32>aminoOperation(Operation.SELF));
  }

  /** The answer of the last call. */
  export function answer<R>(): R {
    return new AminoValue(aminoTaken(aminoOperation(Operation.RESULT_VALUE))).get<R>("the answer");
  }

  /** Nanoseconds since 1970. */
  export function now(): i64 {
    return aminoOperation(Operation.NOW);
  }

  /** So many random bytes. */
  export function random(size: i32): Uint8Array {
    const bytes = new Uint8Array(size);
    for (let done = 0; done < size; ) done += <i32>aminoOperation(Operation.RANDOM, bytes.dataStart + done, size - done);
    return bytes;
  }

  /** A line in the object's log. */
  export function log(line: string): void {
    aminoText(Operation.LOG, line);
  }

  /** Ends the member with an error of this type; `throw` does so with the type `Error`. */
  export function raise(type: string, message: string): void {
    aminoRaise(type, message);
  }
}

/** The arguments of a call: a list of values. Those that were left out are nothing. */
export class AminoArguments {
  private reader: AminoReader;
  given: i32;
  private taken: i32 = 0;

  constructor(packed: usize, private member: string) {
    this.reader = new AminoReader(packed + 8, packed + 8 + <usize>load<u64>(packed), member);
    this.reader.next();
    this.given = <i32>this.reader.number;
  }

  next<T>(name: string): T {
    const shown = "argument " + name + " of " + this.member;
    if (this.taken++ >= this.given) return AminoValue.nothing().get<T>(shown);
    this.reader.name = shown;
    return aminoGet<T>(this.reader);
  }
}

/** A result as the answer of a member. */
export function aminoReply<T>(result: T): usize {
  const out = new AminoWriter();
  aminoPut<T>(out, result);
  return aminoSized(out.at, out.size);
}

/** A value of the state behind an address. */
export function aminoState<T>(address: usize): T {
  return aminoGet<T>(new AminoReader(address + 8, address + 8 + <usize>load<u64>(address), "the state"));
}

export function aminoDescription(text: string): usize {
  return aminoEnded(text);
}
