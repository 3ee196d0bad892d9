package org.amino.runtime.schedule;

/** Where the outcome of a call goes. Called once per call, by any thread; never blocks. */
public interface CallSink {
  /** Takes the encoded outcome {@code buffer[from … to)}, which the sink copies. */
  void outcome(Call call, byte[] buffer, int from, int to);

  /** Sends what was taken and not yet sent. May block on a socket, so it is never called by a thread that holds a context. */
  void flush();

  /** Has a thread that has given outcomes flush this later, or whatever this has passed them on to. */
  default void leave(Runner runner) {
    runner.later(this);
  }

  /** Whether nobody waits any more, so that calls which have not begun need not. */
  boolean abandoned();

  /** Told that a call has left its queue that had been answered before ({@link Call#lingers}), or that is not run and not answered any more. */
  default void left(Call call) {}

  /** Whether the caller has left so many answers that calls which have not begun are refused. */
  default boolean crowded() {
    return false;
  }

  /** The request id of a call that carries none: {@code client/connection/seq/index}. */
  String requestId(int index);
}
