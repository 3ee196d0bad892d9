package org.amino.runtime.guest.wasm;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes modules as another tool might: no more in them than a test needs. */
final class ModuleBuilder {
  private static final Map<String, Integer> TYPES = Map.of("i32", 0x7f, "i64", 0x7e, "f32", 0x7d, "f64", 0x7c, "externref", 0x6f);

  /** Not 0, which is no address. */
  private static final int DATA = 16;

  private record Item(int section, byte[] bytes) {}

  private final List<Item> items = new ArrayList<>();
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();
  private int types;
  private int functions;

  private static byte[] bytes(Object... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Object part : parts) {
      if (part instanceof byte[] more) {
        out.writeBytes(more);
      } else if (part instanceof String name) {
        ModuleBytes.writeName(out, name);
      } else {
        ModuleBytes.writeNumber(out, (Integer) part);
      }
    }
    return out.toByteArray();
  }

  private int type(List<String> parameters, List<String> results) {
    byte[] shape = bytes(0x60, parameters.size());
    for (String each : parameters) {
      shape = bytes(shape, TYPES.get(each));
    }
    shape = bytes(shape, results.size());
    for (String each : results) {
      shape = bytes(shape, TYPES.get(each));
    }
    items.add(new Item(1, shape));
    return types++;
  }

  ModuleBuilder importing(String module, String name, List<String> parameters, List<String> results) {
    items.add(new Item(2, bytes(module, name, 0, type(parameters, results))));
    functions++;
    return this;
  }

  /** An exported function; the code has no locals and no `end`. */
  ModuleBuilder function(String name, List<String> parameters, List<String> results, int... code) {
    items.add(new Item(3, bytes(type(parameters, results))));
    byte[] body = new byte[code.length + 2];
    for (int i = 0; i < code.length; i++) {
      body[i + 1] = (byte) code[i];
    }
    body[body.length - 1] = 0x0b;
    items.add(new Item(10, bytes(body.length, body)));
    items.add(new Item(7, bytes(name, 0, functions++)));
    return this;
  }

  /** A function that gives a text in memory. */
  ModuleBuilder text(String name, String text) {
    int at = DATA + data.size();
    data.writeBytes((text + "\0").getBytes(StandardCharsets.UTF_8));
    // i32.const with a signed number of two octets; a test has few texts.
    return function(name, List.of(), List.of("i32"), 0x41, at & 0x7f | 0x80, at >> 7);
  }

  ModuleBuilder memory(String exported) {
    items.add(new Item(5, bytes(0, 1)));
    items.add(new Item(7, bytes(exported, 2, 0)));
    return this;
  }

  /** A global that changes; not exported. The value's code stands without its `end`. */
  ModuleBuilder global(String type, int... value) {
    byte[] code = new byte[value.length + 1];
    for (int i = 0; i < value.length; i++) {
      code[i] = (byte) value[i];
    }
    code[value.length] = 0x0b;
    items.add(new Item(6, bytes(TYPES.get(type), 1, code)));
    return this;
  }

  byte[] build() {
    if (data.size() > 0) {
      items.add(new Item(11, bytes(0, 0x41, DATA, 0x0b, data.size(), data.toByteArray())));
    }
    byte[] out = {0, 'a', 's', 'm', 1, 0, 0, 0};
    for (int section : new int[] {1, 2, 3, 5, 6, 7, 10, 11}) {
      List<byte[]> found = items.stream().filter(item -> item.section() == section).map(Item::bytes).toList();
      byte[] content = bytes(found.size());
      for (byte[] each : found) {
        content = bytes(content, each);
      }
      out = found.isEmpty() ? out : bytes(out, section, content.length, content);
    }
    return out;
  }
}
