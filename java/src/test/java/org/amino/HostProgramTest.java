package org.amino;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.amino.runtime.Runtime;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.java.JavaGuests;
import org.amino.runtime.testing.LaneClient;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.PlainValue;
import org.amino.runtime.wire.Protocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Instances of a program as objects, and the program's calls, with the kernel's Python half in miniature. */
@Timeout(60)
class HostProgramTest {
  /** A time that is to run out, and not before the method runs: on a busy machine that takes a while. */
  private static final Duration ENOUGH_TO_BEGIN = Duration.ofSeconds(3);

  /** An instance of the program. */
  public static final class Tally {
    private final CountDownLatch began = new CountDownLatch(1);
    private final CountDownLatch interrupted = new CountDownLatch(1);
    private Stub self;
    private long count;

    public long add(long n) {
      count += n;
      return count;
    }

    public Object throughSelf(long n) {
      return self.call("add", n);
    }

    public Object on(Stub other, long n) {
      return other.call("add", n);
    }

    public void block() throws InterruptedException {
      began.countDown();
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException stopped) {
        interrupted.countDown();
        throw stopped;
      }
    }
  }

  /** The same for its callers. */
  public interface Adder {
    long add(long n);

    CompletableFuture<Long> throughSelf(long n);

    String on(Stub other, long n);
  }

  private Path folder;
  private Path socket;
  private HostGuests guests;
  private Runtime runtime;
  private LaneClient python;
  private ProgramCalls calls;
  private final Tally tally = new Tally();
  private Stub stub;

  @BeforeEach
  void start() throws Exception {
    folder = Files.createTempDirectory("amino");
    socket = folder.resolve("lane");
    guests = new HostGuests();
    runtime = Runtime.open(socket, "secret", "k1", guests);
    python = LaneClient.connect(socket, this::answer).greet("python", "secret", "kernel");
    calls = program(Duration.ofSeconds(30));
    guests.use(calls);
    stub = object("t", tally);
    tally.self = stub;
  }

  @AfterEach
  void stop() throws Exception {
    runtime.close();
    python.close();
    Files.deleteIfExists(socket);
    Files.deleteIfExists(folder);
  }

  /** Calls to objects elsewhere arrive here. */
  private Object answer(String target, String method, List<?> args, Map<?, ?> options) throws GuestFailure {
    if (target.equals("far")) {
      return args.get(0);
    }
    throw GuestFailure.of("OBJECT_NOT_FOUND", "object " + target + " is nowhere");
  }

  private ProgramCalls program(Duration callTime) {
    return new ProgramCalls(runtime.scheduler(), callTime);
  }

  private Stub object(String id, Object instance) throws Exception {
    String key = guests.keep(instance);
    python.call("", "load", key, HostGuests.LANGUAGE, "/", key, Map.of("class", instance.getClass().getSimpleName()));
    python.call("", "create", id, 1, key, List.of(), Map.of(), Map.of());
    return reference(id, calls);
  }

  private static Stub reference(String id, ProgramCalls calls) {
    MsgpackWriter out = new MsgpackWriter();
    int mark = out.beginExtension();
    PlainValue.write(out, Arrays.asList(id, "Tally", 1L, null));
    out.endExtension(mark, Protocol.Extension.REFERENCE);
    return JavaGuests.reference(out.toByteArray(), calls);
  }

  @Test
  void theProgramCallsItsOwnObjectsAndOthers() {
    assertEquals(5L, stub.call("add", 5));
    assertEquals(7L, stub.callAsync("add", 2).join());
    assertEquals("far", reference("far", calls).call("echo", "far"));
    assertEquals("OBJECT_NOT_FOUND", assertThrows(AminoException.class, () -> reference("none", calls).call("echo")).code());
    assertEquals("MEMBER_NOT_FOUND", assertThrows(AminoException.class, () -> stub.call("sub", 5)).code());
    assertEquals("VALUE_INVALID", assertThrows(AminoException.class, () -> stub.call("add", new Object())).code());
    CompletionException later = assertThrows(CompletionException.class, () -> stub.callAsync("sub", 5).join());
    assertEquals("MEMBER_NOT_FOUND", ((AminoException) later.getCause()).code());
  }

  @Test
  void aTypedViewIsTheObject() throws Exception {
    Adder adder = stub.as(Adder.class);
    assertEquals(3, adder.add(3));
    assertEquals(4L, adder.throughSelf(1).join());
    assertEquals(adder, stub.as(Adder.class));
    assertNotEquals(adder, object("u", new Tally()).as(Adder.class));
    assertEquals(6L, object("v", new Tally()).call("on", adder, 2));
    AminoException mismatch = assertThrows(AminoException.class, () -> adder.on(stub, 1));
    assertEquals("VALUE_INVALID", mismatch.code());
  }

  @Test
  void aCallThatComesBackToItsObjectRunsNested() {
    // Without the chain of the call that is running, this would wait for itself.
    assertEquals(2L, stub.call("throughSelf", 2));
    assertEquals(3L, stub.call("on", stub, 1));
  }

  @Test
  void aLateMethodIsInterruptedAndItsObjectGoesOn() throws Exception {
    Stub impatient = reference("t", program(ENOUGH_TO_BEGIN));
    assertEquals("DEADLINE_EXCEEDED", assertThrows(AminoException.class, () -> impatient.call("block")).code());
    assertEquals(0, tally.began.getCount(), "the time was over before the method had begun, so nothing was there to interrupt");
    assertTrue(tally.interrupted.await(20, TimeUnit.SECONDS));
    assertEquals(1L, stub.call("add", 1));
  }

  @Test
  void aThreadThatIsInterruptedWaitsNoLonger() throws Exception {
    CompletableFuture<String> code = new CompletableFuture<>();
    Thread waiting = new Thread(() -> {
      try {
        stub.call("block");
      } catch (AminoException failure) {
        code.complete(failure.code() + " " + Thread.currentThread().isInterrupted());
      }
    });
    waiting.start();
    assertTrue(tally.began.await(20, TimeUnit.SECONDS));
    waiting.interrupt();
    assertEquals("CANCELLED true", code.get(20, TimeUnit.SECONDS));
    assertTrue(tally.interrupted.await(20, TimeUnit.SECONDS));
  }

  @Test
  void whatIsUnansweredFailsWhenTheKernelEnds() throws Exception {
    CompletableFuture<Object> open = stub.callAsync("block");
    assertTrue(tally.began.await(20, TimeUnit.SECONDS));
    assertFalse(open.isDone());
    calls.end(GuestFailure.of("KERNEL_UNAVAILABLE", "it ended"));
    CompletionException ended = assertThrows(CompletionException.class, open::join);
    assertEquals("KERNEL_UNAVAILABLE: it ended", ended.getCause().toString());
    assertEquals("it ended", assertThrows(AminoException.class, () -> stub.call("add", 1)).getMessage());
  }

  @Test
  void anInstanceIsOneObjectAndStays() throws Exception {
    String key = guests.keep(new Tally());
    python.call("", "load", key, HostGuests.LANGUAGE, "/", key, Map.of());
    python.call("", "create", "one", 1, key, List.of(), Map.of(), Map.of());
    assertEquals("ARGUMENT_INVALID", python.failing("", "create", "two", 1, key, List.of(), Map.of(), Map.of()).code);
    assertEquals("STATE_NOT_CAPTURABLE", python.failing("", "snapshot", "one", Map.of("allow_lossy", true)).code);
    assertEquals("OBJECT_LOST", python.failing("", "load", "h", HostGuests.LANGUAGE, "/", "no key", Map.of("class", "Gone")).code);
  }
}
