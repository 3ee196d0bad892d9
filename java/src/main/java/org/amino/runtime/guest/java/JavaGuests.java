package org.amino.runtime.guest.java;

import org.amino.runtime.guest.GuestObject;
import org.amino.runtime.guest.InterfaceDescription;
import org.amino.runtime.guest.ObjectCalls;
import org.amino.runtime.wire.MsgpackReader;

/** Java objects that a host program made itself (Amino paper, JVM hosts): they need no artifact and no permission. */
public final class JavaGuests {
  private JavaGuests() {}

  /**
   * Makes an instance callable as an object.
   *
   * @param objectId the id under which it is known
   * @param instance any object; its public methods become the members
   * @param calls how it calls other objects
   */
  public static GuestObject wrap(String objectId, Object instance, ObjectCalls calls) {
    return new JavaObject(objectId, instance, new JavaInterface(instance.getClass()), new JavaScope(calls, new RunningThreads(), null));
  }

  /**
   * Decodes a reference to an object.
   *
   * @param calls how the object is called
   */
  public static Reference reference(byte[] encoded, ObjectCalls calls) {
    return (Reference) new JavaDecoder(calls).read(new MsgpackReader(encoded));
  }

  /** What a class offers. */
  public static InterfaceDescription describe(Class<?> type) {
    return new JavaInterface(type).describe();
  }
}
