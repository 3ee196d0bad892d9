package org.amino.runtime.schedule;

/**
 * Ids of instances: the id of the object, or {@code <object id>/<path>} where an object has several (docs/bridge.md,
 * section 2).
 */
final class InstanceIds {
  private static final char PATH = '/';

  private InstanceIds() {}

  /** The id of the object that an instance belongs to. */
  static String objectOf(String instanceId) {
    int path = instanceId.indexOf(PATH);
    return path < 0 ? instanceId : instanceId.substring(0, path);
  }
}
