package org.amino.runtime.guest;

import java.util.Map;

/** A failure on its way to the caller: the error payload of docs/wire.md, section 3. */
public final class GuestFailure extends Exception {
  private static final long serialVersionUID = 1L;
  public final String code;
  public final String type;
  public final String stack;
  public final transient Map<String, Object> details;

  /**
   * @param code a stable code of docs/wire.md, section 4
   * @param type the class name in the language that raised it
   * @param message what happened, to which object, what to do
   * @param stack the guest's frames, one a line; may be empty
   * @param details plain values: null, Boolean, Long, Double, String, byte[], List, Map
   */
  public GuestFailure(String code, String type, String message, String stack, Map<String, Object> details, Throwable cause) {
    super(message, cause);
    this.code = code;
    this.type = type;
    this.stack = stack == null ? "" : stack;
    this.details = details == null ? Map.of() : details;
  }

  public static GuestFailure of(String code, String message) {
    return new GuestFailure(code, "AminoError", message, "", null, null);
  }
}
