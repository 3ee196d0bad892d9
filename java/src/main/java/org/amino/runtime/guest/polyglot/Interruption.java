package org.amino.runtime.guest.polyglot;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;

/** Ends what runs in a context while the context stays usable. */
public final class Interruption {
  /**
   * The engine loses an interruption that meets a thread on its way into or out of the context (measured: about one of 200), and then waits for a
   * thread that was never told. Asked again it is obeyed at once.
   */
  private static final Duration PIECE = Duration.ofMillis(250);

  private Interruption() {}

  /**
   * Interrupts whatever runs, as often as it takes.
   *
   * @param patience how long to try at most
   * @return whether nothing of the context runs any more and it can be used
   */
  public static boolean of(Context context, Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    do {
      try {
        context.interrupt(PIECE);
        return true;
      } catch (TimeoutException stillRunning) {
        continue;
      } catch (IllegalStateException | PolyglotException ended) {
        return false;
      }
    } while (System.nanoTime() < end);
    return false;
  }
}
