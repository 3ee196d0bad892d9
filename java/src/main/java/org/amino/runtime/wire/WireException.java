package org.amino.runtime.wire;

/**
 * Bytes that cannot be read, or a value that cannot be written. Unchecked, since every read and write may find one; the owner of the frame
 * or of the call turns it into an error payload.
 */
public final class WireException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final String code;

  /**
   * @param code FRAME_INVALID when the bytes are not msgpack or end too early, VALUE_INVALID when they are msgpack of another kind than was asked for
   * @param message the fault and its place
   */
  public WireException(String code, String message) {
    super(message);
    this.code = code;
  }

  /** The stable code of docs/wire.md, section 4. */
  public String code() {
    return code;
  }
}
