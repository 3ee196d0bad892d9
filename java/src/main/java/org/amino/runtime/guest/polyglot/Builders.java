package org.amino.runtime.guest.polyglot;

import java.math.BigInteger;
import java.util.List;
import org.amino.runtime.wire.Protocol.Outcome;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.io.ByteSequence;

/** The functions of a prelude that build values of its language (the table `build`), one call a container. */
public class Builders {
  private final Value list;
  private final Value append;
  private final Value object;
  private final Value map;
  private final Value put;
  private final Value set;
  private final Value add;
  private final Value big;
  private final Value bytes;
  private final Value timestamp;
  private final Value duration;
  private final Value named;
  private final Value reference;
  private final Value error;
  private final Value raised;
  private final Value nothing;

  /**
   * @param table the prelude's `build`
   */
  public Builders(Value table) {
    list = table.getMember("list");
    append = table.getMember("append");
    object = table.getMember("object");
    map = table.getMember("map");
    put = table.getMember("put");
    set = table.getMember("set");
    add = table.getMember("add");
    big = table.getMember("big");
    bytes = table.getMember("bytes");
    timestamp = table.getMember("timestamp");
    duration = table.getMember("duration");
    named = table.getMember("named");
    reference = table.getMember("reference");
    error = table.getMember("error");
    raised = table.getMember("raised");
    nothing = table.getMember("nothing");
  }

  /** The language's own null. */
  public Object nothing() {
    return nothing;
  }

  /** An integer of up to 64 bits: a boxed number where the language takes it as its own, else a guest's value. */
  public Object integer(long value) {
    return value == (int) value ? (Object) (int) value : (Object) value;
  }

  public Object string(String text) {
    return text;
  }

  public Object big(BigInteger value) {
    return big.execute(value.toString(16));
  }

  Value bytes(byte[] value) {
    return bytes.execute(octets(value));
  }

  /** How a byte string is handed to the prelude's `bytes`: as a buffer, or as a string of U+0000 … U+00FF. */
  protected Object octets(byte[] value) {
    return ByteSequence.create(value);
  }

  public Value list(Object[] items) {
    return list.execute(items);
  }

  /** The first of {@code targetAndItems} is the list. */
  Value append(Value target, Object[] targetAndItems) {
    append.executeVoid(targetAndItems);
    return target;
  }

  /** Keys and values by turns. */
  Value map(boolean stringKeys, Object[] pairs) {
    return stringKeys ? record(pairs) : map.execute(pairs);
  }

  /** A map whose keys are strings: keys and values by turns. */
  protected Value record(Object[] pairs) {
    return object.execute(pairs);
  }

  /**
   * A map that is filled later.
   *
   * @param keys what it will be filled with: all of them strings
   */
  protected Value emptyRecord(Object[] keys) {
    return object.execute();
  }

  void put(Object[] targetAndPairs) {
    put.executeVoid(targetAndPairs);
  }

  Value set(Object[] items) {
    return set.execute(items);
  }

  void add(Object[] targetAndItems) {
    add.executeVoid(targetAndItems);
  }

  Value timestamp(long seconds, int nanos) {
    return timestamp.execute(seconds, nanos);
  }

  Value duration(long nanos) {
    return duration.execute(Long.toString(nanos));
  }

  Value named(String name, Object value) {
    return named.execute(string(name), value);
  }

  Value reference(String id, String className, long epoch, String address) {
    return reference.execute(string(id), orNothing(className), epoch, orNothing(address));
  }

  /**
   * @param texts code, type, message and stack
   * @param members of a group of errors
   * @param hop where it came out of an object's code, a guest's value that only goes on
   */
  Value error(Object[] texts, Object details, Object cause, Outcome outcome, List<Value> members, Object hop) {
    Object[] parts = new Object[texts.length + 5];
    for (int i = 0; i < texts.length; i++) {
      parts[i] = string((String) texts[i]);
    }
    parts[4] = details;
    parts[5] = cause;
    parts[6] = outcome.ordinal();
    parts[7] = members.isEmpty() ? nothing : list(members.toArray());
    parts[8] = hop;
    return error.execute(parts);
  }

  /** Wraps an error so that the prelude throws it inside the guest. */
  Value raised(Value thrown) {
    return raised.execute(thrown);
  }

  private Object orNothing(String text) {
    return text == null ? nothing : string(text);
  }
}
