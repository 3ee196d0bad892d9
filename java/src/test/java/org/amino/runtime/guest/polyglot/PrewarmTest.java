package org.amino.runtime.guest.polyglot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import org.amino.runtime.guest.GuestFailure;
import org.junit.jupiter.api.Test;

class PrewarmTest {
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
}
