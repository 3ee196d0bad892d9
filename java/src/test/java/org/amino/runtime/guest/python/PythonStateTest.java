package org.amino.runtime.guest.python;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.GuestObject;
import org.amino.runtime.guest.Workbench;
import org.amino.runtime.guest.polyglot.StateImage;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol.Code;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** States that once changed without a word, or were acknowledged and could not be restored. Random states are in
 * `runtime/state`. */
@Tag("python")
@EnabledIf("present")
class PythonStateTest {
  @TempDir Path folder;
  private Workbench bench;
  private GuestContext here;
  private GuestContext there;
  private GuestObject probe;

  static boolean present() {
    return Workbench.has("python");
  }

  @BeforeEach
  void open() throws Exception {
    bench = new Workbench(folder);
    bench.file("probe.py", """
        import array, collections, datetime, functools, pickle, types, typing

        MISSING = object()

        class OwnError(Exception):
            def __init__(self, number, text):
                super().__init__(text)
                self.number = number

        class Thing:
            pass

        class Other(Thing):
            pass

        class Broken:
            def __init__(self, needed):
                self.needed = needed

            def __reduce__(self):
                return Broken, ()

        class Forgetful:
            def __init__(self, kept):
                self.kept = kept

            def __getstate__(self):
                return {}

        class Saved:
            def __init__(self, handler):
                self.handler = handler

            def amino_save(self):
                return self.handler(1)

            def amino_load(self, state):
                self.handler = lambda n: state

        Item = typing.TypeVar("Item")

        class Stack(typing.Generic[Item]):
            pass

        class Table(typing.MutableMapping[str, int]):
            def __init__(self):
                self.rows = {"a": 1}

            def __getitem__(self, key):
                return self.rows[key]

            def __setitem__(self, key, value):
                self.rows[key] = value

            def __delitem__(self, key):
                del self.rows[key]

            def __iter__(self):
                return iter(self.rows)

            def __len__(self):
                return len(self.rows)

        class Probe:
            def __init__(self):
                self.n = 10

            def run(self, code):
                exec(code, globals(), {"self": self})

            def ask(self, code):
                return eval(code, globals(), {"self": self})

            def pickled(self):
                return pickle.dumps(self, 5)

        __amino__ = Probe
        """);
    here = bench.open("python", "probe.py");
    there = bench.open("python", "probe.py");
    probe = bench.create(here, "p");
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private void arrives(String made, String holds) throws Exception {
    bench.call(probe, "run", made);
    assertEquals(true, bench.call(probe, "ask", holds), made);
    GuestObject moved = bench.restore(there, "moved", bench.snapshot(probe, false));
    assertEquals(true, bench.call(moved, "ask", holds), made);
  }

  private List<?> lost(String made) throws Exception {
    bench.call(probe, "run", made);
    GuestFailure refused = assertThrows(GuestFailure.class, () -> bench.snapshot(probe, false));
    assertEquals(Code.STATE_NOT_CAPTURABLE, refused.code);
    return (List<?>) ((Map<?, ?>) refused.details).get("lost");
  }

  @Test
  void errorsKeepWhatTheyHave() throws Exception {
    arrives("""
        try:
            raise OwnError(3, "text")
        except OwnError as e:
            self.error = e
        self.error.__cause__ = KeyError("k")
        self.error.add_note("a note")
        """, "(type(self.error) is OwnError and self.error.args == ('text',) and self.error.number == 3"
        + " and self.error.__cause__.args == ('k',) and self.error.__notes__ == ['a note'])");
    arrives("self.error = OSError(2, 'gone', 'file')",
        "str(self.error) == \"[Errno 2] gone: 'file'\" and type(self.error) is FileNotFoundError");
    arrives("self.error = ExceptionGroup('g', [OwnError(1, 'a')])", "self.error.exceptions[0].number == 1");
  }

  @Test
  void identityAndSharingAndClassesArrive() throws Exception {
    arrives("self.a = MISSING; self.b = [MISSING]", "self.a is MISSING and self.b[0] is MISSING");
    arrives("self.a = Thing(); self.a.__class__ = Other", "type(self.a) is Other");
    arrives("self.a = bytearray(b'0123456789'); self.b = memoryview(self.a)[3:6]",
        "self.b.obj is self.a and self.b.tobytes() == b'345'");
    arrives("self.a = datetime.datetime(2024, 10, 27, 2, 30, fold=1); self.b = self.a",
        "self.a.fold == 1 and self.a is self.b");
    arrives("self.a = iter([1, 2, 3]); next(self.a)", "self.a.__reduce__()[2] == 1");
    arrives("self.a = {self: 1, (1, 'a'): -0.0}; self.m = self.ask",
        "self.a[self] == 1 and str(self.a[1, 'a']) == '-0.0' and self.m.__self__ is self");
    arrives("self.a = []\nfor i in range(5000): self.a = [self.a]", "type(self.a[0][0]) is list");
  }

  @Test
  void instancesOfGenericClassesArrive() throws Exception {
    arrives("self.a = Stack(); self.a.n = 2", "type(self.a) is Stack and self.a.n == 2");
    arrives("self.a = Stack[int](); self.a.n = 3", "self.a.n == 3 and self.a.__orig_class__ == Stack[int]");
    arrives("self.a = Table(); self.a['b'] = 2", "dict(self.a) == {'a': 1, 'b': 2} and isinstance(self.a, Table)");
  }

  @Test
  void aRefusalSaysWhereWhyAndWhatToDo() throws Exception {
    assertEquals(List.of("handlers[2].callback (function: it stands in no module; "
        + "name it at the top level, or give the class amino_save and amino_load)"),
        lost("self.handlers = [1, 2, Thing()]; self.handlers[2].callback = lambda: 1"));
    assertEquals(List.of("handlers[\"a b\"] (generator: it stands in the midst of its code; "
        + "keep what it was made from, or give the class amino_save and amino_load)"),
        lost("self.handlers = {'a b': (i for i in [])}"));
    assertTrue(bench.call(bench.restore(there, "lossy", bench.snapshot(probe, true)), "ask",
        "self.n == 10 and self.handlers == {'a b': None}").equals(true));
    String partial = "self.handlers = [functools.partial(Other), functools.partial(lambda: 1)]";
    assertTrue(lost(partial).toString().contains("handlers[1][0] (function: it stands in no module"), partial);
    assertEquals(true, bench.call(bench.restore(there, "lossy", bench.snapshot(probe, true)), "ask",
        "type(self.handlers[0]()) is Other and self.handlers[1] is None"));
    arrives("del self.handlers; self.saved = Saved(lambda n: n + 1)", "self.saved.handler(1) == 2");
  }

  @Test
  void nothingIsAcknowledgedThatCannotBeRestored() throws Exception {
    String broken = (String) lost("self.broken = Broken(1)").get(0);
    assertTrue(broken.startsWith("broken (Broken: restored for a trial, it raised TypeError") && broken.contains("needed"), broken);
    assertFalse(broken.contains("java") || broken.contains("com.oracle"), broken);
    bench.call(probe, "run", "del self.broken");
    arrives("self.kept = Forgetful(1)", "type(self.kept) is Forgetful");
  }

  @Test
  void statesOfOlderKernelsAreRestored() throws Exception {
    bench.call(probe, "run", "self.other = Other()");
    MsgpackWriter pickled = new MsgpackWriter();
    StateImage.writeHeader(pickled, "pickle", "python", List.of());
    pickled.writeRaw(bench.callEncoded(probe, "pickled", new byte[] {(byte) 0x90}, null));
    assertEquals(true, bench.call(bench.restore(there, "old", pickled.toByteArray()), "ask",
        "self.n == 10 and type(self.other) is Other"));
    MsgpackWriter values = new MsgpackWriter();
    StateImage.writeHeader(values, "values", "python", List.of());
    values.writeMapHeader(1);
    values.writeString("fields");
    values.writeMapHeader(1);
    values.writeString("n");
    values.writeLong(7);
    assertEquals(true, bench.call(bench.restore(there, "older", values.toByteArray()), "ask", "self.n == 7"));
  }
}
