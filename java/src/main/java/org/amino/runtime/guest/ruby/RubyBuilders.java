package org.amino.runtime.guest.ruby;

import java.nio.charset.StandardCharsets;
import org.amino.runtime.guest.polyglot.Builders;
import org.graalvm.polyglot.Value;

/** A string of the host is a foreign object in Ruby until it is made one of its own; so are bytes. */
final class RubyBuilders extends Builders {
  private final Value string;

  RubyBuilders(Value table) {
    super(table);
    string = table.getMember("string");
  }

  @Override
  public Object string(String text) {
    return string.execute(text);
  }

  @Override
  protected Object octets(byte[] value) {
    return new String(value, StandardCharsets.ISO_8859_1);
  }
}
