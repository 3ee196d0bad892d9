package org.amino.runtime.guest.ruby;

import java.lang.reflect.Field;
import java.math.BigInteger;
import java.util.Map;
import java.util.StringJoiner;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;

/**
 * How far a Random of Ruby has got. The engine's generator (a Mersenne Twister: 624 words and how many of them are left) has no method for it, so
 * its fields are read and set by reflection; where the engine is not open to that, a Random is refused in states.
 */
final class RubyDraws {
  private static final int WORDS = 624;
  private static final int RADIX = 36;

  private RubyDraws() {}

  /** The functions for the prelude's table `host`; each answers an empty text where the engine does not show what they need. */
  static Map<String, Object> functions() {
    return Map.of("drawsOf", (ProxyExecutable) arguments -> told(arguments[0]), "drawsInto",
        (ProxyExecutable) arguments -> restored(arguments[0], arguments[1].asString()));
  }

  private static String told(Value randomizer) {
    try {
      Object generator = field(receiver(randomizer), "randomizer");
      StringJoiner text = new StringJoiner(" ");
      Object seed = field(generator, "seed");
      text.add(number(seed).toString(RADIX));
      text.add(Integer.toString((Integer) field(generator, "left"), RADIX));
      for (int word : (int[]) field(generator, "state")) {
        text.add(Integer.toString(word, RADIX));
      }
      return text.toString();
    } catch (ReflectiveOperationException | RuntimeException closed) {
      return "";
    }
  }

  /** A seed is a long, or an object of the engine that holds a larger number. */
  private static BigInteger number(Object seed) throws ReflectiveOperationException {
    return seed instanceof Number small ? BigInteger.valueOf(small.longValue()) : (BigInteger) field(seed, "value");
  }

  private static String restored(Value randomizer, String text) {
    String[] parts = text.split(" ");
    if (parts.length != WORDS + 2) {
      throw new IllegalArgumentException("the state of a Random has " + parts.length + " parts");
    }
    try {
      Object holder = receiver(randomizer);
      Object generator = field(holder, "randomizer");
      int[] words = (int[]) field(generator, "state");
      for (int i = 0; i < WORDS; i++) {
        words[i] = Integer.parseInt(parts[i + 2], RADIX);
      }
      open(generator, "left").setInt(generator, Integer.parseInt(parts[1], RADIX));
      return "done";
    } catch (ReflectiveOperationException closed) {
      return "";
    }
  }

  private static Object receiver(Value value) throws ReflectiveOperationException {
    Field receiver = Value.class.getSuperclass().getDeclaredField("receiver");
    receiver.setAccessible(true);
    return receiver.get(value);
  }

  private static Object field(Object from, String name) throws ReflectiveOperationException {
    return open(from, name).get(from);
  }

  private static Field open(Object from, String name) throws ReflectiveOperationException {
    Field field = from.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return field;
  }
}
