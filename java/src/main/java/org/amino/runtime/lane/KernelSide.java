package org.amino.runtime.lane;

import org.amino.runtime.schedule.Call;

/** What the lane asks of the bridge. */
public interface KernelSide {
  /** Does an operation: a call to the target {@code ""} from the Python half. The call is answered through its sink. */
  void operate(Call call);

  /** Sends calls of clients on to the Python half; without one they fail. */
  void forward(RequestBatch batch);

  /** A connection has said hello as the Python half. */
  void attached(Connection connection);

  /** A connection is gone. */
  void detached(Connection connection);
}
