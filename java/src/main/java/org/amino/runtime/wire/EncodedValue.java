package org.amino.runtime.wire;

/** A value that is kept as it was encoded: what {@link PlainValue} gives for extensions it does not look into. */
public record EncodedValue(byte[] bytes) {
  /** Copies the next item of the reader. */
  public static EncodedValue read(MsgpackReader in) {
    int from = in.position();
    in.skip();
    int to = in.position();
    in.seek(from);
    return new EncodedValue(in.readRaw(to - from));
  }
}
