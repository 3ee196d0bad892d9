package org.amino.runtime.schedule;

/** The sink of what has no caller. */
final class Nobody implements CallSink {
  static final Nobody INSTANCE = new Nobody();

  private Nobody() {}

  @Override
  public void outcome(Call call, byte[] buffer, int from, int to) {}

  @Override
  public void flush() {}

  @Override
  public boolean abandoned() {
    return false;
  }

  @Override
  public String requestId(int index) {
    return "nobody/" + index;
  }
}
