package org.amino.runtime.schedule;

import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.Protocol.Code;

/**
 * Ids of instances: the id of the object, or {@code <object id>/<path>} where an object has several (docs/bridge.md,
 * section 2). A copy of an instance, on which a transaction works, has the instance's id, then {@code ~} and a number.
 */
public final class InstanceIds {
  private static final char PATH = '/';
  private static final char COPY = '~';
  private static final char MEMBER = '.';

  private InstanceIds() {}

  /** The id of the object that an instance belongs to. */
  static String objectOf(String instanceId) {
    return upTo(upTo(instanceId, COPY), PATH);
  }

  /** Whether a hop, {@code target.member}, is of an instance or of a copy of it. */
  static boolean isOf(String hop, String instanceId) {
    if (!hop.startsWith(instanceId) || hop.length() == instanceId.length()) {
      return false;
    }
    char after = hop.charAt(instanceId.length());
    return after == MEMBER || after == COPY;
  }

  private static String upTo(String id, char separator) {
    int end = id.indexOf(separator);
    return end < 0 ? id : id.substring(0, end);
  }

  /**
   * A reference is data, which anybody can have written. Where it names the kernel itself, nobody may call it.
   *
   * @throws GuestFailure PERMISSION_DENIED when the target is no object
   */
  public static void requireObject(String target, String method) throws GuestFailure {
    if (target.isEmpty() || target.charAt(0) == '@') {
      throw GuestFailure.of(Code.PERMISSION_DENIED, "the reference to '" + target + "' is to no object, so " + method + " cannot be called; look up objects with amino.get");
    }
  }
}
