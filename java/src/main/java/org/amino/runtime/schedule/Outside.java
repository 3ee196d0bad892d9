package org.amino.runtime.schedule;

import java.util.List;

/** The Python half, as the scheduler sees it: whatever is not local goes there. */
public interface Outside {
  /** Sends a call on; its sink gets the outcome, or KERNEL_UNAVAILABLE. Never blocks for the answer. */
  void request(Call call);

  /** No longer waits for a call that was sent. */
  void cancel(Call call);

  /**
   * Tells what needs no answer and must arrive: `lost`, `stuck`, `unstuck`, `withheld`. Never waits behind what guests say. Never
   * blocks.
   */
  void tell(String method, List<Object> args);

  /**
   * Tells the states that gates have captured: `captured`. May block on the socket.
   *
   * @param args the encoded arguments
   * @param stored takes the answer
   */
  void captured(byte[] args, CallSink stored);

  /**
   * Adds a line to the log of an object.
   *
   * @param object its id; null where that is not known
   * @return false when the line was dropped, because the Python half does not keep up
   */
  boolean log(String object, String level, String line);
}
