package org.amino.runtime.guest.js;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.GuestObject;
import org.amino.runtime.guest.NestedErrors;
import org.amino.runtime.guest.Workbench;
import org.amino.runtime.wire.ErrorPayload;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol;
import org.amino.runtime.wire.Protocol.Outcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsReferenceTest {
  @TempDir Path folder;
  private Workbench bench;
  private GuestObject caller;

  @BeforeEach
  void open() throws Exception {
    bench = new Workbench(folder);
    bench.file("objects.js", """
        class Counter {
          constructor() { this.n = 0; }
          incr(n) { this.n += n; return this.n; }
          fail() { throw Object.assign(new TypeError('no'), {limit: 3}); }
          deny() { throw new amino.Error('denied', {details: {who: 'x'}}); }
        }
        class Caller {
          by(counter, n) { return counter.incr(n); }
          byName(name, n) { return amino.get(name).incr(n); }
          async later(counter, n) { return await counter.incr.async(n) + await counter.async.incr(n); }
          async caught(counter) { try { await counter.async.fail(); } catch (e) { return [e.code, e.type, e.message, e instanceof amino.Error]; } }
          pass(counter) { return counter.fail(); }
          async await(counter) { await counter.fail.async(); }
          passPromise(counter) { return counter.async.fail(); }
          async blockInPromise(counter) { await null; return counter.fail(); }
          again(counter) { try { counter.fail(); } catch (e) { throw e; } }
          given(error) { throw error; }
          known(counter) { try { counter.fail(); } catch (e) { return e.outcome; } }
          deny(counter) { return counter.deny(); }
          wrap(counter) { try { counter.fail(); } catch (e) { throw new Error('wrapped', {cause: e}); } }
          same(counter, name) { return counter === amino.get(name) && counter instanceof amino.Reference; }
          me() { return amino.self; }
          send(counter) { return counter.incr(() => 1); }
        }
        """);
    GuestContext counters = bench.open(new org.amino.runtime.guest.GuestFactory.Artifact("h", "js", folder, "objects.js", "Counter", List.of()));
    GuestContext callers = bench.open(new org.amino.runtime.guest.GuestFactory.Artifact("h", "js", folder, "objects.js", "Caller", List.of()));
    bench.create(counters, "counter");
    caller = bench.create(callers, "caller");
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private Object call(String member, Object... args) throws GuestFailure {
    return bench.call(caller, member, args);
  }

  @Test
  void stubsBlockOrAwait() throws Exception {
    assertEquals(5L, call("by", Workbench.referenceTo("counter"), 5L));
    assertEquals(7L, call("byName", "counter", 2L));
    assertEquals(8L + 9L, call("later", Workbench.referenceTo("counter"), 1L));
    assertEquals(true, call("same", Workbench.referenceTo("counter"), "counter"));
  }

  @Test
  void aCalleesErrorIsCaughtOrIsTheCallersOwn() throws Exception {
    assertEquals(List.of("GUEST_EXCEPTION", "TypeError", "no", true), call("caught", Workbench.referenceTo("counter")));
    GuestFailure passed = assertThrows(GuestFailure.class, () -> call("pass", Workbench.referenceTo("counter")));
    assertEquals(List.of("GUEST_EXCEPTION", "TypeError", "no"), List.of(passed.code, passed.type, passed.getMessage()));
    assertTrue(passed.stack.contains("pass (objects.js:"), passed.stack);
    GuestFailure behind = (GuestFailure) passed.getCause();
    assertEquals(Map.of("limit", 3L), behind.details);
    assertTrue(behind.stack.contains("objects.js:4"), behind.stack);
    GuestFailure denied = assertThrows(GuestFailure.class, () -> call("deny", Workbench.referenceTo("counter")));
    assertEquals(Map.of("who", "x"), ((GuestFailure) denied.getCause()).details);
    GuestFailure unknown = assertThrows(GuestFailure.class, () -> call("byName", "nobody", 1L));
    assertEquals(List.of("GUEST_EXCEPTION", "NAME_NOT_FOUND"), List.of(unknown.code, ((GuestFailure) unknown.getCause()).code));
  }

  @ParameterizedTest
  @ValueSource(strings = {"pass", "again", "await", "passPromise", "blockInPromise"})
  void aCalleesErrorNeverPassesForTheCallersOwn(String member) {
    NestedErrors.arePassedOn(bench, reference -> call(member, reference));
  }

  @Test
  void anErrorThatCameAsAValueDoesNotEither() throws Exception {
    MsgpackWriter args = new MsgpackWriter();
    args.writeArrayHeader(1);
    int mark = args.beginExtension();
    ErrorPayload.write(args, GuestFailure.of("KERNEL_UNAVAILABLE", "not sent").with(Outcome.NOT_RUN));
    args.endExtension(mark, Protocol.Extension.ERROR);
    GuestFailure thrown = assertThrows(GuestFailure.class, () -> bench.callEncoded(caller, "given", args.toByteArray(), null));
    assertEquals(List.of("GUEST_EXCEPTION", Outcome.RAN), List.of(thrown.code, thrown.outcome));
    bench.fail("down", GuestFailure.of("KERNEL_UNAVAILABLE", "not sent").with(Outcome.NOT_RUN));
    assertEquals("not_run", call("known", Workbench.referenceTo("down")));
  }

  @Test
  void aCauseStaysBehindItsError() throws Exception {
    GuestFailure wrapped = assertThrows(GuestFailure.class, () -> call("wrap", Workbench.referenceTo("counter")));
    assertEquals("wrapped", wrapped.getMessage());
    assertEquals("no", wrapped.getCause().getMessage());
  }

  @Test
  void argumentsThatCannotTravelAreRefusedInTheGuest() {
    GuestFailure refused = assertThrows(GuestFailure.class, () -> call("send", Workbench.referenceTo("counter")));
    assertEquals(List.of("GUEST_EXCEPTION", "VALUE_INVALID"), List.of(refused.code, ((GuestFailure) refused.getCause()).code));
    assertTrue(refused.getMessage().startsWith("args[0] is a function"), refused.getMessage());
  }
}
