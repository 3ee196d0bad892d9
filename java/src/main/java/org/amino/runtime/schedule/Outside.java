package org.amino.runtime.schedule;

import java.util.List;

/** The Python half, as the scheduler sees it: whatever is not local goes there. */
public interface Outside {
  /** Sends a call on; its sink gets the outcome, or KERNEL_UNAVAILABLE. Never blocks for the answer. */
  void request(Call call);

  /** No longer waits for a call that was sent. */
  void cancel(Call call);

  /** Tells something that needs no answer: `lost`, `stuck`, `log`. */
  void tell(String method, List<Object> args);
}
