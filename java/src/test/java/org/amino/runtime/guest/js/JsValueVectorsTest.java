package org.amino.runtime.guest.js;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.GuestObject;
import org.amino.runtime.guest.Workbench;
import org.amino.runtime.schedule.Execution;
import org.amino.runtime.testing.ValueVectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What no guest may be given, by the reader that JavaScript, Python and Ruby share. Every valid vector goes through all of them in tests/conformance. */
class JsValueVectorsTest {
  @TempDir Path folder;

  @Test
  void anInvalidVectorIsRefused() throws Exception {
    List<String> wrong = new ArrayList<>();
    try (Workbench bench = new Workbench(folder)) {
      GuestObject echo = bench.create(bench.file("echo.mjs", "export default class Echo { echo(value) { return value; } }").open("js", "echo.mjs"), "e");
      for (ValueVectors.Invalid vector : ValueVectors.invalid().toList()) {
        // Arguments end where the next item of their frame begins, so nothing can follow one.
        if (vector.name().equals("bytes after the value")) {
          continue;
        }
        try {
          Throwable thrown = assertThrows(Throwable.class, () -> bench.pass(echo, "echo", vector.bytes()), "was accepted");
          GuestFailure failure = Execution.failure(thrown);
          assertTrue(vector.codes().contains(failure.code), failure.code + ": " + failure.getMessage());
        } catch (AssertionError accepted) {
          wrong.add(vector + ": " + accepted.getMessage());
        }
      }
    }
    assertEquals("", String.join("\n", wrong));
  }
}
