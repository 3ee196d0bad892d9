package org.amino.runtime.schedule;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.Protocol.Code;

/** The instances of this JVM by their ids. */
public final class ObjectTable {
  private final ConcurrentHashMap<String, HostedObject> objects = new ConcurrentHashMap<>();

  /** The object, or null. */
  public HostedObject find(String id) {
    return objects.get(id);
  }

  public HostedObject require(String id) throws GuestFailure {
    HostedObject object = objects.get(id);
    if (object == null) {
      throw GuestFailure.of(Code.OBJECT_NOT_FOUND, "object " + id + " is not on this kernel; look it up again");
    }
    return object;
  }

  /** A hop of a chain of calls for people: with the object's name where the object is here. */
  String title(String hop) {
    int dot = hop.lastIndexOf('.');
    HostedObject object = dot < 0 ? null : find(hop.substring(0, dot));
    return object == null ? hop : object.title() + hop.substring(dot);
  }

  /** Announces an object, so that its calls queue behind its constructor. An object that was lost is replaced. */
  void announce(HostedObject object) throws GuestFailure {
    HostedObject there = objects.compute(object.id(), (id, old) -> old == null || old.slot().lost() != null ? object : old);
    if (there != object) {
      throw GuestFailure.of(Code.ARGUMENT_INVALID, "object " + there.title() + " is on this kernel already; destroy or release it first");
    }
  }

  /** Forgets it, unless another has taken its place. */
  void remove(HostedObject object) {
    objects.remove(object.id(), object);
  }

  public Collection<HostedObject> all() {
    return objects.values();
  }

  public int size() {
    return objects.size();
  }

  /** Objects whose contexts are in use now. */
  public int busy() {
    int busy = 0;
    for (HostedObject object : all()) {
      busy += object.slot().isRunning(object) ? 1 : 0;
    }
    return busy;
  }

  /** The calls that run now, as {@code object.method}, as far as another thread can see. */
  public List<String> runningCalls() {
    List<String> running = new ArrayList<>();
    for (HostedObject object : all()) {
      String label = object.slot().runningLabel(object);
      if (label != null) {
        running.add(label);
      }
    }
    return running;
  }
}
