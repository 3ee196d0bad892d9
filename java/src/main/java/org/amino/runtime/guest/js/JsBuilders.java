package org.amino.runtime.guest.js;

import java.math.BigInteger;
import org.amino.runtime.guest.polyglot.Builders;
import org.graalvm.polyglot.Value;

/** JavaScript's integers: a number up to 2^53−1, a BigInt beyond. Its maps: an object where that keeps the order of the keys. */
final class JsBuilders extends Builders {
  static final long SAFE = (1L << 53) - 1;

  private final Value ordered;

  JsBuilders(Value table) {
    super(table);
    ordered = table.getMember("ordered");
  }

  @Override
  public Object integer(long value) {
    return value >= -SAFE && value <= SAFE ? super.integer(value) : big(BigInteger.valueOf(value));
  }

  @Override
  protected Value record(Object[] pairs) {
    return IndexKeys.sorted(pairs, 2) ? super.record(pairs) : ordered.execute(pairs);
  }

  @Override
  protected Value emptyRecord(Object[] keys) {
    return IndexKeys.sorted(keys, 1) ? super.emptyRecord(keys) : ordered.execute();
  }
}
