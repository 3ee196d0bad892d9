// A counter in AssemblyScript. See sdk/assemblyscript for how to compile it.

/** Counts. */
@amino
export class Counter {
  private count: i64;

  constructor(start: i64 = 0) {
    this.count = start;
  }

  /** Adds n and gives the new count. */
  incr(n: i64): i64 {
    this.count += n;
    return this.count;
  }

  /** The count. */
  @readOnly
  get(): i64 {
    return this.count;
  }

  /** Adds n to another counter, in whatever language, and gives its new count. */
  add_to(other: AminoObject, n: i64): i64 {
    return other.with<i64>(n).call<i64>("incr");
  }

  amino_save(): i64 {
    return this.count;
  }

  amino_load(state: i64): void {
    this.count = state;
  }
}
