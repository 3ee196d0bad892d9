// How classes travel.
import { AminoReader, Extension, Kind } from "./amino_reader";
import { AminoWriter } from "./amino_writer";
import { AminoObject } from "./amino";

/** Any value, as it came: a list that holds itself, a large integer, a class that is not known here. It leaves again unchanged. */
export class AminoValue {
  constructor(public encoded: ArrayBuffer) {}

  static of<T>(value: T): AminoValue {
    const out = new AminoWriter();
    aminoPut<T>(out, value);
    return new AminoValue(out.bytes());
  }

  static nothing(): AminoValue {
    const out = new AminoWriter();
    out.nothing();
    return new AminoValue(out.bytes());
  }

  /** The value as a class; the member ends with ARGUMENT_INVALID where it is another. */
  get<T>(name: string = "the value"): T {
    const at = changetype<usize>(this.encoded);
    return aminoGet<T>(new AminoReader(at, at + this.encoded.byteLength, name));
  }
}

/** Reads a value. A part with several places is read anew for each of them, and a name is passed unless it is wanted. */
export function aminoGet<T>(from: AminoReader): T {
  if (isReference<T>() && idof<nonnull<T>>() == idof<AminoValue>()) return aminoRead<T>(from);
  const before = from.at;
  from.next();
  if (isReference<T>() && isNullable<T>()) {
    if (from.kind == Kind.NOTHING) return changetype<T>(0);
    from.at = before;
    return aminoGet<nonnull<T>>(from);
  }
  const special = from.kind == Kind.EXTENSION && (from.type == Extension.GRAPH || from.type == Extension.BACK_REFERENCE || from.type == Extension.NAMED);
  if (!special) {
    from.at = before;
    return aminoRead<T>(from);
  }
  const type = from.type;
  const after = from.at + <usize>from.number;
  const nodes = from.nodes;
  if (++from.depth > 200) from.refuse("holds itself");
  if (type == Extension.NAMED) {
    from.next();
    from.skip();
  } else if (type == Extension.GRAPH) {
    from.nodes = from.graph();
    from.at = from.nodes[0];
  } else {
    from.next();
    if (from.number >= <u64>nodes.length) from.refuse("refers to what is not there");
    from.at = nodes[<i32>from.number];
  }
  const value = aminoGet<T>(from);
  from.nodes = nodes;
  from.depth--;
  from.at = after;
  return value;
}

function aminoRead<T>(from: AminoReader): T {
  if (isBoolean<T>()) {
    from.next();
    if (from.kind != Kind.BOOLEAN) from.mismatch("a boolean");
    return <T>(from.number != 0);
  } else if (isInteger<T>()) {
    return integer<T>(from);
  } else if (isFloat<T>()) {
    from.nextInteger();
    if (from.kind == Kind.INTEGER) return from.beyond ? <T>from.number : <T>(<i64>from.number);
    if (from.kind != Kind.NUMBER) from.mismatch("a number");
    return <T>reinterpret<f64>(from.number);
  } else if (isString<T>()) {
    return changetype<T>(from.text());
  } else {
    return container<T>(from);
  }
}

function integer<T>(from: AminoReader): T {
  from.nextInteger();
  const big = from.kind == Kind.EXTENSION && from.type == Extension.BIG_INTEGER;
  if (from.kind != Kind.INTEGER && !big) from.mismatch("an integer");
  const bits: u64 = 8 * sizeof<T>();
  const negative = !from.beyond && <i64>from.number < 0;
  let fits = !big;
  if (isSigned<T>()) fits = fits && !from.beyond && (<i64>from.number >> (bits - 1) == 0 || <i64>from.number >> (bits - 1) == -1);
  else fits = fits && !negative && (bits == 64 || from.number >> bits == 0);
  if (!fits) {
    const shown = big ? "larger" : negative ? (<i64>from.number).toString() : from.number.toString();
    from.refuse("must be " + (isSigned<T>() ? "a signed" : "an unsigned") + " integer of " + bits.toString() + " bits, but is " + shown);
  }
  return <T>from.number;
}

function container<T>(from: AminoReader): T {
  const probe = changetype<T>(0);
  if (idof<T>() == idof<AminoValue>()) {
    if (from.nodes.length > 0) from.refuse("has parts that stand in two places; take all of it as an AminoValue");
    const begin = from.at;
    from.skip();
    const encoded = new ArrayBuffer(<i32>(from.at - begin));
    memory.copy(changetype<usize>(encoded), begin, from.at - begin);
    return changetype<T>(new AminoValue(encoded));
  } else if (idof<T>() == idof<AminoObject>()) {
    const begin = from.at;
    from.next();
    if (from.kind != Kind.EXTENSION || from.type != Extension.REFERENCE) from.mismatch("an object");
    from.take();
    return changetype<T>(AminoObject.ofReference(begin, from.at - begin));
  } else if (idof<T>() == idof<ArrayBuffer>()) {
    from.next();
    if (from.kind != Kind.BYTES) from.mismatch("bytes");
    const bytes = new ArrayBuffer(<i32>from.number);
    memory.copy(changetype<usize>(bytes), from.take(), bytes.byteLength);
    return changetype<T>(bytes);
  } else if (idof<T>() == idof<Uint8Array>()) {
    return changetype<T>(Uint8Array.wrap(container<ArrayBuffer>(from)));
  } else if (probe instanceof Map) {
    return map<T>(from);
  } else if (probe instanceof Set) {
    return set<T>(from);
  } else if (isArray<T>()) {
    from.next();
    if (from.kind != Kind.LIST) from.mismatch("a list");
    const list = instantiate<T>();
    for (let left = from.number; left > 0; left--) list.push(aminoGet<valueof<T>>(from));
    return list;
  } else {
    ERROR("a value of this class cannot travel; take an AminoValue, or a class that docs/guests.md lists");
  }
}

function map<T>(from: AminoReader): T {
  from.next();
  if (from.kind != Kind.MAP) from.mismatch("a map");
  const found = instantiate<T>();
  for (let left = from.number; left > 0; left--) {
    const key = aminoGet<indexof<T>>(from);
    found.set(key, aminoGet<valueof<T>>(from));
  }
  return found;
}

function set<T>(from: AminoReader): T {
  from.next();
  if (from.kind == Kind.EXTENSION && from.type == Extension.SET) from.next();
  if (from.kind != Kind.LIST) from.mismatch("a set");
  const found = instantiate<T>();
  for (let left = from.number; left > 0; left--) found.add(aminoGet<indexof<T>>(from));
  return found;
}

export function aminoPut<T>(to: AminoWriter, value: T): void {
  if (isBoolean<T>()) to.boolean(<bool>value);
  else if (isInteger<T>()) {
    if (isSigned<T>()) to.integer(<i64>value);
    else to.natural(<u64>value);
  } else if (isFloat<T>()) to.number(<f64>value);
  else if (isNullable<T>()) {
    if (changetype<usize>(value) == 0) to.nothing();
    else aminoPut<nonnull<T>>(to, changetype<nonnull<T>>(value));
  } else if (isString<T>()) to.text(changetype<string>(value));
  else leave<T>(to, value);
}

function leave<T>(to: AminoWriter, value: T): void {
  if (idof<T>() == idof<AminoValue>()) {
    const encoded = changetype<AminoValue>(value).encoded;
    to.raw(changetype<usize>(encoded), encoded.byteLength);
  } else if (idof<T>() == idof<AminoObject>()) {
    const reference = changetype<AminoObject>(value).reference();
    to.raw(changetype<usize>(reference), reference.byteLength);
  } else if (idof<T>() == idof<ArrayBuffer>()) {
    to.binary(changetype<usize>(value), changetype<ArrayBuffer>(value).byteLength);
  } else if (idof<T>() == idof<Uint8Array>()) {
    const bytes = changetype<Uint8Array>(value);
    to.binary(bytes.dataStart, bytes.byteLength);
  } else if (value instanceof Map) {
    const keys = value.keys();
    to.map(keys.length);
    for (let i = 0; i < keys.length; i++) {
      aminoPut<indexof<T>>(to, keys[i]);
      aminoPut<valueof<T>>(to, value.get(keys[i]));
    }
  } else if (value instanceof Set) {
    const elements = value.values();
    const payload = new AminoWriter();
    payload.list(elements.length);
    for (let i = 0; i < elements.length; i++) aminoPut<indexof<T>>(payload, elements[i]);
    to.extension(Extension.SET, payload);
  } else if (isArray<T>()) {
    to.list(value.length);
    for (let i = 0; i < value.length; i++) aminoPut<valueof<T>>(to, value[i]);
  } else {
    ERROR("a value of this class cannot travel; give an AminoValue, or a class that docs/guests.md lists");
  }
}
