// The conformance object in AssemblyScript: any value, and one member a type.

@amino
export class Echo {
  private kept: string[] = [];

  /** Gives back what it is given. */
  @readOnly
  echo(given: AminoValue): AminoValue { return given; }
  @readOnly
  echo_int(given: i64): i64 { return given; }
  @readOnly
  echo_small(given: i32): i32 { return given; }
  @readOnly
  echo_natural(given: u64): u64 { return given; }
  @readOnly
  echo_double(given: f64): f64 { return given; }
  @readOnly
  echo_bool(given: bool): bool { return given; }
  @readOnly
  echo_text(given: string): string { return given; }
  @readOnly
  echo_bytes(given: Uint8Array): Uint8Array { return given; }
  @readOnly
  echo_list(given: i64[]): i64[] { return given; }
  @readOnly
  echo_map(given: Map<string, i64[]>): Map<string, i64[]> { return given; }
  @readOnly
  echo_names(given: Map<string, string>): Map<string, string> { return given; }
  @readOnly
  echo_set(given: Set<string>): Set<string> { return given; }
  @readOnly
  echo_optional(given: AminoValue | null): AminoValue | null { return given; }

  /** Raises. */
  fail(message: string): void { amino.raise("EchoFailure", message); }

  /** Calls another object. */
  relay(name: string, method: string, given: AminoValue | null): AminoValue {
    return amino.get(name).with<AminoValue | null>(given).call<AminoValue>(method);
  }

  code_of(name: string, method: string): string {
    const failure = amino.get(name).tryCall(method);
    return failure ? failure.code : "";
  }

  @readOnly
  at(list: i64[], index: i64): i64 { return list[<i32>index]; }

  @readOnly
  now(): i64 { return amino.now() / 1000000; }
  @readOnly
  random(size: i64): Uint8Array { return amino.random(<i32>size); }

  note(text: string): string[] {
    this.kept.push(text);
    return this.kept;
  }

  forget(count: i64): string[] {
    for (; count > 0; count--) this.kept.pop();
    return this.kept;
  }

  get notes(): string[] { return this.kept; }
  set notes(value: string[]) { this.kept = value; }
}
