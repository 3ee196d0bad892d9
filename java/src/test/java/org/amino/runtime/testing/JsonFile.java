package org.amino.runtime.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Value;

/** A JSON file as lists, maps and plain values. JavaScript reads it. */
public final class JsonFile {
  private JsonFile() {}

  public static Object read(Path file) {
    try (Context context = Context.newBuilder("js").option("engine.WarnInterpreterOnly", "false").build()) {
      return plain(context.eval("js", "JSON").invokeMember("parse", Files.readString(file)));
    } catch (IOException missing) {
      throw new AssertionError(file + " cannot be read", missing);
    }
  }

  private static Object plain(Value value) {
    if (value.hasArrayElements()) {
      return Stream.iterate(0L, at -> at + 1).limit(value.getArraySize()).map(at -> plain(value.getArrayElement(at))).toList();
    }
    if (value.hasMembers()) {
      Map<String, Object> members = new LinkedHashMap<>();
      value.getMemberKeys().forEach(key -> members.put(key, plain(value.getMember(key))));
      return members;
    }
    return value.as(Object.class);
  }
}
