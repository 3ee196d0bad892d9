package org.amino.runtime.guest.js;

import java.math.BigInteger;
import org.amino.runtime.guest.polyglot.Builders;
import org.graalvm.polyglot.Value;

/** JavaScript's integers: a number up to 2^53−1, a BigInt beyond. */
final class JsBuilders extends Builders {
  static final long SAFE = (1L << 53) - 1;

  JsBuilders(Value table) {
    super(table);
  }

  @Override
  public Object integer(long value) {
    return value >= -SAFE && value <= SAFE ? super.integer(value) : big(BigInteger.valueOf(value));
  }
}
