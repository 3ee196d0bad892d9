package org.amino.runtime.guest.python;

import java.nio.charset.StandardCharsets;
import org.amino.runtime.guest.polyglot.Builders;
import org.graalvm.polyglot.Value;

/** Python cannot make `bytes` of a foreign buffer; it can of a string. */
final class PythonBuilders extends Builders {
  PythonBuilders(Value table) {
    super(table);
  }

  @Override
  protected Object octets(byte[] value) {
    return new String(value, StandardCharsets.ISO_8859_1);
  }
}
