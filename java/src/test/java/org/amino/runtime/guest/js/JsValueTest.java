package org.amino.runtime.guest.js;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.GuestObject;
import org.amino.runtime.guest.Workbench;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.PlainValue;
import org.amino.runtime.wire.Protocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsValueTest {
  @TempDir Path folder;
  private Workbench bench;
  private GuestObject probe;

  @BeforeEach
  void open() throws Exception {
    bench = new Workbench(folder);
    bench.file("probe.js", """
        class Probe {
          echo(value) { return value; }
          run(code, value) { return eval(code); }
        }
        """);
    probe = bench.create(bench.open("js", "probe.js"), "p1");
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private Object run(String code, Object value) throws GuestFailure {
    return bench.call(probe, "run", code, value);
  }

  private GuestFailure refused(String code) {
    return assertThrows(GuestFailure.class, () -> run(code, null));
  }

  private static byte[] extension(int type, Object payload) {
    MsgpackWriter out = new MsgpackWriter();
    int mark = out.beginExtension();
    PlainValue.write(out, payload);
    out.endExtension(mark, type);
    return out.toByteArray();
  }

  private static byte[] raw(int type, int... payload) {
    byte[] bytes = new byte[payload.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) payload[i];
    }
    MsgpackWriter out = new MsgpackWriter();
    out.writeExtension(type, bytes);
    return out.toByteArray();
  }

  private void echoes(byte[] encoded) throws GuestFailure {
    assertArrayEquals(encoded, bench.pass(probe, "echo", encoded));
  }

  @Test
  void plainValuesComeBack() throws Exception {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("a", 1L);
    map.put("__proto__", "own");
    map.put("toString", null);
    map.put("list", List.of(1L, "two", true, List.of(), Map.of()));
    List<Object> values = Arrays.asList(null, true, false, 0L, -1L, 1L << 40, -(1L << 53) + 1, 0.5, Double.NaN, Double.NEGATIVE_INFINITY,
        -0.0, "", "grüße \ud83d\ude00 \u0000", map, new BigInteger("123456789012345678901234567890"), Long.MIN_VALUE, Long.MAX_VALUE);
    for (Object value : values) {
      echoes(PlainValue.encode(value));
      echoes(PlainValue.encode(Arrays.asList("x", value)));
    }
  }

  @Test
  void extensionsComeBack() throws Exception {
    echoes(extension(Protocol.Extension.SET, List.of(1L, "a", List.of(2L))));
    echoes(extension(Protocol.Extension.REFERENCE, Arrays.asList("o1", "Counter", 7L, "host:1")));
    echoes(extension(Protocol.Extension.REFERENCE, Arrays.asList("o2", null, 0L, null)));
    echoes(extension(Protocol.Extension.ERROR, Arrays.asList("OVERLOADED", "T", "m", "s", Map.of("k", 1L), null, 1L)));
    echoes(extension(Protocol.Extension.ERROR, Arrays.asList("GUEST_EXCEPTION", "T", "m", "", Map.of(), Arrays.asList("GUEST_EXCEPTION", "U", "c", "", Map.of(), null, 2L), 0L)));
    echoes(raw(Protocol.Extension.TIMESTAMP, 0, 0, 0, 5));
    echoes(raw(Protocol.Extension.TIMESTAMP, 0, 0, 0, 4, 0, 0, 0, 5));
    echoes(raw(Protocol.Extension.TIMESTAMP, 0, 0, 0, 1, 255, 255, 255, 255, 255, 255, 255, 255));
    echoes(raw(Protocol.Extension.DURATION, 255, 255, 255, 255, 255, 255, 255, 254));
  }

  @Test
  void valuesAreTheLanguagesOwn() throws Exception {
    assertEquals(true, run("Array.isArray(value) && [...value].length === 2", List.of(1L, 2L)));
    assertEquals("{\"a\":[1,2.5,\"x\",null]}", run("JSON.stringify(value)", Map.of("a", Arrays.asList(1L, 2.5, "x", null))));
    assertEquals(true, run("value === null", null));
    assertEquals(true, run("value instanceof Uint8Array && value[1] === 200", new byte[] {1, (byte) 200}));
    assertEquals("bigint", run("typeof value", Long.MAX_VALUE));
    assertEquals("number", run("typeof value", (1L << 53) - 1));
    assertEquals(true, run("value + 1 === 1099511627777 && Number.isInteger(value)", 1L << 40));
    Map<Object, Object> mixed = new LinkedHashMap<>();
    mixed.put(1L, "one");
    mixed.put(null, "none");
    assertEquals("one", run("value instanceof Map ? value.get(1) : 'no map'", mixed));
  }

  @Test
  void numbersKeepTheirKind() throws Exception {
    assertEquals(5L, run("5.0", null));
    assertEquals(1e300, run("1e300", null));
    assertEquals((double) (1L << 60), run("2 ** 60", null));
    assertEquals(1L << 60, run("2n ** 60n", null));
    assertEquals(List.of((double) (1L << 60), 1L << 60, 7L), run("[2 ** 60, 2n ** 60n, 7n]", null));
    assertEquals(BigInteger.TWO.pow(100), run("2n ** 100n", null));
    assertEquals(-0.0, run("-0", null));
  }

  @Test
  void cyclesAndSharedPartsAreKept() throws Exception {
    byte[] graph = bench.callEncoded(probe, "run", PlainValue.encode(Arrays.asList("const a = {}; a.self = a; a.set = new Set([a]); a", null)), null);
    MsgpackWriter args = new MsgpackWriter();
    args.writeArrayHeader(2);
    args.writeString("value.self === value && value.set.has(value)");
    args.writeRaw(graph);
    assertEquals(true, Workbench.plain(bench.callEncoded(probe, "run", args.toByteArray(), null)));
    echoes(graph);
    byte[] shared = bench.callEncoded(probe, "run", PlainValue.encode(Arrays.asList("const s = [1]; [s, [s], {s}]", null)), null);
    echoes(shared);
  }

  @Test
  void depthIsLimitedWithoutHarm() throws Exception {
    Object nested = 1L;
    for (int i = 0; i < 199; i++) {
      nested = List.of(nested);
    }
    echoes(PlainValue.encode(nested));
    assertEquals("VALUE_INVALID", refused("let deep = 1; for (let i = 0; i < 100000; i++) deep = [deep]; deep").code);
    assertEquals("VALUE_INVALID", refused("let deep = 1; for (let i = 0; i < 300; i++) deep = {deep}; deep").code);
  }

  @Test
  void whatCannotTravelIsNamedWithItsPath() throws Exception {
    assertTrue(refused("({handlers: [1, {click() {}}]})").getMessage().startsWith("result.handlers[1].click is a function"));
    assertEquals("VALUE_INVALID", refused("Symbol('s')").code);
    assertTrue(refused("[new (class Point {})]").getMessage().contains("result[0] is an instance of Point"));
    assertEquals("VALUE_INVALID", refused("'a\\ud800'").code);
    assertEquals("VALUE_INVALID", refused("['a\\ud800']").code);
    assertEquals("VALUE_INVALID", refused("new Map([[{}, 1]])").code);
    assertEquals("VALUE_INVALID", refused("new Date(NaN)").code);
    assertEquals("VALUE_INVALID", refused("'x'.repeat(17 << 20)").code);
  }

  @Test
  void largeContainersComeBack() throws Exception {
    List<Object> list = new ArrayList<>();
    Map<String, Object> map = new LinkedHashMap<>();
    for (long i = 0; i < 5000; i++) {
      list.add(i * 3);
      map.put("key" + i, i);
    }
    echoes(PlainValue.encode(list));
    echoes(PlainValue.encode(map));
    echoes(extension(Protocol.Extension.SET, list));
  }

  @Test
  void keysThatLookLikePositionsKeepTheirOrder() throws Exception {
    Map<String, Object> map = new LinkedHashMap<>();
    for (String key : List.of("10", "9", "a", "0", "4294967295", "01")) {
      map.put(key, 1L);
    }
    echoes(PlainValue.encode(map));
    byte[] encoded = PlainValue.encode(map);
    MsgpackWriter args = new MsgpackWriter();
    args.writeArrayHeader(2);
    args.writeString("delete value['9']; value['5'] = 2; [Object.keys(value), '10' in value, value[10], Object.entries({...value}).length]");
    args.writeRaw(encoded);
    Object seen = Workbench.plain(bench.callEncoded(probe, "run", args.toByteArray(), null));
    assertEquals(List.of(List.of("10", "a", "0", "4294967295", "01", "5"), true, 1L, 6L), seen);
  }

  @Test
  void keysThatLookAlikeAreRefused() {
    MsgpackWriter out = new MsgpackWriter();
    out.writeMapHeader(2);
    out.writeLong(1);
    out.writeNil();
    out.writeDouble(1.0);
    out.writeNil();
    assertEquals("VALUE_INVALID", assertThrows(GuestFailure.class, () -> bench.pass(probe, "echo", out.toByteArray())).code);
  }
}
