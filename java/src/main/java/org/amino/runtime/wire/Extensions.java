package org.amino.runtime.wire;

/** The msgpack extension types of docs/wire.md, section 1. */
public final class Extensions {
  public static final int BIG_INTEGER = 1;
  public static final int SET = 2;
  public static final int DURATION = 3;
  public static final int REFERENCE = 4;
  public static final int ERROR = 5;
  public static final int GRAPH = 6;
  public static final int BACK_REFERENCE = 7;
  public static final int RAISED = 8;
  public static final int TIMESTAMP = -1;

  private Extensions() {}
}
