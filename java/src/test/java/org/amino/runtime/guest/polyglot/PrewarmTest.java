package org.amino.runtime.guest.polyglot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.amino.runtime.guest.GuestFailure;
import org.junit.jupiter.api.Test;

class PrewarmTest {
  @Test
  void aSampleIsMadeAndNothingOfItIsLeft() throws Exception {
    PolyglotGuests guests = new PolyglotGuests();
    Set<Path> before = samples();
    guests.prewarm("js");
    assertEquals(before, samples());
  }

  @Test
  void twoWhoAskTogetherBothWaitForTheOne() throws Exception {
    PolyglotGuests guests = new PolyglotGuests();
    CompletableFuture<Void> other = CompletableFuture.runAsync(() -> prewarm(guests));
    prewarm(guests);
    other.join();
    assertTrue(guests.languages().contains("js"));
  }

  @Test
  void anUnknownLanguageIsNamed() {
    assertEquals("LANGUAGE_UNKNOWN", assertThrows(GuestFailure.class, () -> new PolyglotGuests().prewarm("cobol")).code);
  }

  private static void prewarm(PolyglotGuests guests) {
    try {
      guests.prewarm("js");
    } catch (GuestFailure failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static Set<Path> samples() throws Exception {
    try (var entries = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return entries.filter(path -> path.getFileName().toString().startsWith("amino-sample-")).collect(Collectors.toSet());
    }
  }
}
