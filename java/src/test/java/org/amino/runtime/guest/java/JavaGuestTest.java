package org.amino.runtime.guest.java;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.amino.runtime.guest.Examples;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.GuestObject;
import org.amino.runtime.guest.InterfaceDescription.Member;
import org.amino.runtime.guest.NestedErrors;
import org.amino.runtime.guest.Workbench;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.PlainValue;
import org.amino.runtime.wire.Protocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JavaGuestTest {
  /** What a host program might register. */
  public static class Probe {
    public Object echo(Object value) {
      return value;
    }

    public String kind(Object value) {
      return value.getClass().getSimpleName();
    }

    public int sum(int a, int b) {
      return a + b;
    }

    public String sum(String a, String b) {
      return a + b;
    }

    public long total(List<Integer> numbers, Map<String, Set<Long>> more) {
      return numbers.stream().mapToInt(Integer::intValue).sum() + more.values().stream().mapToLong(Set::size).sum();
    }

    public int count(String... words) {
      return words.length;
    }

    public void boom() {
      throw new IllegalStateException("broken", new RuntimeException("behind"));
    }

    public CompletableFuture<Long> later(long n) {
      return CompletableFuture.supplyAsync(() -> n + 1);
    }

    public Object byName(String name, long n) throws GuestFailure {
      return Amino.get(name).call("incr", n);
    }

    public Object pass(Reference other) {
      return other.call("boom");
    }

    public CompletableFuture<Object> passLater(Reference other) {
      return other.callAsync("boom");
    }

    public CompletableFuture<Object> passInLater(Reference other) {
      return CompletableFuture.completedFuture(other).thenApply(target -> target.call("boom"));
    }

    public Instant moment(Duration after) {
      return Instant.EPOCH.plus(after);
    }

    public Object cyclic() {
      List<Object> list = new ArrayList<>();
      list.add(list);
      list.add(Set.of(1));
      return list;
    }
  }

  @TempDir Path folder;
  private Workbench bench;
  private GuestObject probe;

  @BeforeEach
  void open() {
    bench = new Workbench(folder);
    probe = JavaGuests.wrap("probe", new Probe(), bench);
    bench.objects.put("probe", probe);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private static byte[] extension(int type, Object payload) {
    MsgpackWriter out = new MsgpackWriter();
    int mark = out.beginExtension();
    PlainValue.write(out, payload);
    out.endExtension(mark, type);
    return out.toByteArray();
  }

  @Test
  void valuesComeBack() throws Exception {
    List<byte[]> values = new ArrayList<>();
    for (Object value : Arrays.asList(null, true, 1L, 5.0, -0.0, Double.NaN, "grüße", new byte[] {1, 2}, BigInteger.TWO.pow(90), List.of(1L, List.of()), Map.of("k", 1L))) {
      values.add(PlainValue.encode(value));
    }
    values.add(extension(Protocol.Extension.SET, List.of(1L, 2L)));
    values.add(extension(Protocol.Extension.REFERENCE, Arrays.asList("o1", "Counter", 7L, "host:1")));
    values.add(extension(Protocol.Extension.ERROR, Arrays.asList("OVERLOADED", "T", "m", "s", Map.of("k", 1L), null, 0L)));
    for (byte[] value : values) {
      assertArrayEquals(value, bench.pass(probe, "echo", value));
    }
    byte[] graph = bench.callEncoded(probe, "cyclic", new byte[] {(byte) 0x90}, null);
    assertArrayEquals(graph, bench.pass(probe, "echo", graph));
    assertEquals("LinkedHashSet", Workbench.plain(bench.pass(probe, "kind", values.get(values.size() - 3))));
    assertEquals("VALUE_INVALID", assertThrows(GuestFailure.class, () -> JavaGuests.wrap("x", new Object() {
      @SuppressWarnings("unused")
      public Object get() {
        return new Thread();
      }
    }, bench).member("get").call(Workbench.encoded(), null, new MsgpackWriter())).code);
  }

  @Test
  void parametersAreConvertedAndOverloadsChosen() throws Exception {
    assertEquals(3L, bench.call(probe, "sum", 1L, 2L));
    assertEquals("ab", bench.call(probe, "sum", "a", "b"));
    assertEquals(2L, bench.call(probe, "count", "a", "b"));
    assertEquals(0L, bench.call(probe, "count"));
    assertEquals("ARGUMENT_INVALID", assertThrows(GuestFailure.class, () -> bench.call(probe, "sum", 1L)).code);
    assertEquals("ARGUMENT_INVALID", assertThrows(GuestFailure.class, () -> bench.call(probe, "sum", 1L << 40, 2L)).code);
    MsgpackWriter args = new MsgpackWriter();
    args.writeArrayHeader(2);
    PlainValue.write(args, List.of(1L, 2L));
    args.writeMapHeader(1);
    args.writeString("k");
    args.writeRaw(extension(Protocol.Extension.SET, List.of(7L, 8L)));
    assertEquals(5L, Workbench.plain(bench.callEncoded(probe, "total", args.toByteArray(), null)));
  }

  @Test
  void errorsPromisesAndOtherObjects() throws Exception {
    GuestFailure boom = assertThrows(GuestFailure.class, () -> bench.call(probe, "boom"));
    assertEquals(List.of("GUEST_EXCEPTION", "IllegalStateException", "broken", "behind"), List.of(boom.code, boom.type, boom.getMessage(), boom.getCause().getMessage()));
    assertTrue(boom.stack.isEmpty() || boom.stack.contains("boom"), boom.stack);
    GuestFailure nobody = assertThrows(GuestFailure.class, () -> bench.call(probe, "byName", "nobody", 1L));
    assertEquals(List.of("GUEST_EXCEPTION", "NAME_NOT_FOUND"), List.of(nobody.code, ((GuestFailure) nobody.getCause()).code));
    assertEquals("MEMBER_NOT_FOUND", assertThrows(GuestFailure.class, () -> bench.call(probe, "getClass")).code);
  }

  @ParameterizedTest
  @ValueSource(strings = {"pass", "passLater", "passInLater"})
  void aCalleesErrorNeverPassesForTheCallersOwn(String member) {
    NestedErrors.arePassedOn(bench, reference -> bench.call(probe, member, reference));
  }

  @Test
  void sourcesAreCompiledAndLoadedWherePermitted() throws Exception {
    String entry = Examples.into(folder, "Counter.java", "java");
    assertEquals("PERMISSION_DENIED", assertThrows(GuestFailure.class, () -> bench.open("java", entry)).code);
    GuestContext context = bench.open("java", entry, "host");
    List<Member> members = context.describe().members();
    assertEquals(List.of("add_to", "get", "incr"), members.stream().map(Member::name).toList());
    assertEquals(new Member("incr", 1, 1, false, List.of("n"), "", false), members.get(2));
    assertTrue(members.get(1).readOnly());
    GuestObject first = bench.create(context, "first", 10L);
    bench.create(context, "second");
    assertEquals(11L, bench.callNamed(first, "incr", Map.of("n", 1L)));
    assertEquals(4L, bench.call(first, "add_to", Workbench.referenceTo("second"), 4L));
    assertEquals(6L, bench.call(probe, "byName", "second", 2L));
    assertEquals(11L, bench.call(bench.restore(context, "third", bench.snapshot(first, false)), "get"));
    assertEquals("STATE_NOT_CAPTURABLE", assertThrows(GuestFailure.class, () -> bench.snapshot(probe, false)).code);
    bench.file("Counter.java", "public class Counter { public int x( { } }");
    GuestFailure broken = assertThrows(GuestFailure.class, () -> bench.open("java", "Counter.java", "host"));
    assertTrue(broken.code.equals("ARTIFACT_INVALID") && broken.getMessage().contains("Counter.java:1:"), broken.getMessage());
  }
}
