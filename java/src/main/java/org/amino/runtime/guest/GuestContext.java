package org.amino.runtime.guest;

import java.time.Duration;
import java.util.List;
import org.amino.runtime.wire.MsgpackReader;

/**
 * One polyglot context that has evaluated one artifact. The scheduler lets one thread at a time in; a thread may come in again nested
 * (a call of the same chain while the outer one waits for its answer).
 */
public interface GuestContext extends AutoCloseable {
  /** The members that the artifact offers, found by looking at the evaluated class. */
  InterfaceDescription describe();

  /** What the artifact's author should know, one line each; found anew at each call. */
  default List<String> warnings() {
    return List.of();
  }

  /**
   * Makes an instance.
   *
   * @param args positioned at the msgpack array of positional arguments; consumed
   * @param kwargs positioned at a msgpack map with string keys, or null
   */
  GuestObject create(String objectId, MsgpackReader args, MsgpackReader kwargs) throws GuestFailure;

  /** Makes an instance whose fields come from a state that {@link GuestObject#snapshot} gave, possibly in another JVM. */
  GuestObject restore(String objectId, MsgpackReader state) throws GuestFailure;

  /**
   * From now on the code that runs here sees these circumstances, until {@link #unfix}.
   *
   * @throws GuestFailure NOT_DETERMINISTIC where the language cannot serve them
   */
  default void fix(Fixed fixed) throws GuestFailure {
    throw fixed.refuse("fixed circumstances, which its language cannot be given");
  }

  /** The code that runs here sees its own time and draws its own random numbers again. */
  default void unfix() {}

  /**
   * Ends the code that runs in this context now, from another thread. Returns true when the context can be used again.
   *
   * @param patience how long to wait for it
   */
  boolean interrupt(Duration patience);

  /** Ends the context, with force: running code is cancelled, its objects are lost. */
  @Override
  void close();
}
