// as-bignum: integers of 128 and 256 bits, in fields, lists and maps.
import { i128, u128, u128Safe, u256 } from "as-bignum/assembly";

@amino
export class Main {
  private product: u128 = u128.One;
  private large: u256 = u256.One;
  private below: i128 = i128.fromI64(-1);
  private seen: Map<string, u128> = new Map();
  private sums: u128Safe[] = [];

  use(): string {
    const all = u128.from("340282366920938463463374607431768211455");
    const some = u128.fromString("deadbeefcafebabe0123456789abcdef", 16);
    const parts: string[] = [
      (all / u128.from(12345)).toString(),
      (all % u128.from(1000000007)).toString(),
      (some * some).toString(16),
      u128.sqrt(all).toString(),
      u128.pow(u128.from(3), 80).toString(),
      u128.muldiv(some, u128.from(7), u128.from(11)).toString(),
      u128.rotl(some, 77).toString(16),
      u128.popcnt(some).toString() + "/" + u128.clz(u128.from(99)).toString() + "/" + u128.ctz(u128.shl(some, 9)).toString(),
      some.toF64().toString(),
      u128.fromF64(1e30).toString(),
      some.toBytes(true).join(","),
      (some > all).toString() + (some < all).toString() + (some == some.clone()).toString(),
      (u128Safe.from("170141183460469231731687303715884105727") + u128Safe.One).toString(),
      (u256.fromU128(all) * u256.fromU32(10) + u256.One).toString(16),
      (u256.Max >> 130).toString(),
      (i128.fromI64(-5) < i128.One).toString() + i128.fromI64(-7).toBytes(true).join(","),
    ];
    return parts.join(" ");
  }

  go_on(): string {
    for (let i = 1; i <= 40; i++) {
      this.product = this.product * u128.from(i + this.sums.length) + u128.One;
      this.large = this.large * u256.fromU32(33) + u256.fromU128(this.product);
      this.seen.set(this.product.toString(16), this.product);
      this.sums.push(u128Safe.from(this.seen.size));
    }
    this.below = (-this.below) + i128.fromI64(-2);
    let folded = u128.Zero;
    const kept = this.seen.values();
    for (let i = 0; i < kept.length; i++) folded = folded ^ kept[i];
    const total = this.sums.reduce((sum, each) => sum + each, u128Safe.Zero);
    return [this.product.toString(), this.large.toString(), this.below.toBytes().join(","), folded.toString(), total.toString()].join(" ");
  }
}
