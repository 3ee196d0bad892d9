package org.amino;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.GuestMember;
import org.amino.runtime.guest.GuestObject;
import org.amino.runtime.guest.InterfaceDescription;
import org.amino.runtime.guest.ObjectCalls;
import org.amino.runtime.guest.PendingResult;
import org.amino.runtime.guest.java.JavaGuests;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol.Code;

/** One instance of the program as an object. */
final class InstanceContext implements GuestContext {
  private final Instance instance;
  private final ObjectCalls context;
  private final ObjectCalls calls;
  private final Map<Thread, Integer> inside = new HashMap<>();

  InstanceContext(Instance instance, ObjectCalls context, ProgramCalls program) {
    this.instance = instance;
    this.context = context;
    this.calls = new InstanceCalls(context, program);
  }

  @Override
  public InterfaceDescription describe() {
    InterfaceDescription known = JavaGuests.describe(instance.value().getClass());
    return new InterfaceDescription(known.name(), known.doc(), known.members(), java.util.List.of());
  }

  @Override
  public GuestObject create(String id, MsgpackReader args, MsgpackReader kwargs) throws GuestFailure {
    instance.become(id);
    return new MarkedObject(id, JavaGuests.wrap(id, instance.value(), calls));
  }

  @Override
  public GuestObject restore(String id, MsgpackReader state) throws GuestFailure {
    throw GuestFailure.of(Code.STATE_NOT_CAPTURABLE, "object " + id + " is an instance of a Java program and cannot be made from a state; register it there again");
  }

  /**
   * Interrupts the instance's methods. They are the program's own code and may go on; then the object stays busy, and is interrupted again. The context can
   * always be used again, since a Java method cannot be ended by force.
   */
  @Override
  public boolean interrupt(Duration patience) {
    synchronized (inside) {
      inside.keySet().forEach(Thread::interrupt);
      long end = System.nanoTime() + patience.toNanos();
      try {
        for (long left = patience.toMillis(); !inside.isEmpty() && left > 0; left = (end - System.nanoTime()) / 1_000_000) {
          inside.wait(left);
        }
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
    }
    return true;
  }

  @Override
  public void close() {
    interrupt(Duration.ZERO);
  }

  private void enter() {
    synchronized (inside) {
      inside.merge(Thread.currentThread(), 1, Integer::sum);
    }
  }

  private void leave() {
    synchronized (inside) {
      boolean last = inside.merge(Thread.currentThread(), -1, Integer::sum) == 0;
      if (last) {
        inside.remove(Thread.currentThread());
        // Meant for the method; the thread goes on with the calls of others.
        Thread.interrupted();
        inside.notifyAll();
      }
    }
  }

  /** The instance, with the thread marked while one of its methods runs. */
  private final class MarkedObject implements GuestObject {
    private final String id;
    private final GuestObject wrapped;

    MarkedObject(String id, GuestObject wrapped) {
      this.id = id;
      this.wrapped = wrapped;
    }

    @Override
    public GuestMember member(String name) throws GuestFailure {
      return new MarkedMember(wrapped.member(name));
    }

    @Override
    public void snapshot(MsgpackWriter out, boolean allowLossy) throws GuestFailure {
      throw GuestFailure.of(Code.STATE_NOT_CAPTURABLE, "object " + id + " is an instance of a Java program and stays there;"
          + " register a class as an artifact to have objects that move");
    }

    @Override
    public void sync(MsgpackReader state) throws GuestFailure {
      wrapped.sync(state);
    }

    @Override
    public void discard() {
      wrapped.discard();
    }
  }

  private final class MarkedMember implements GuestMember {
    private final GuestMember wrapped;

    MarkedMember(GuestMember wrapped) {
      this.wrapped = wrapped;
    }

    @Override
    public PendingResult call(MsgpackReader args, MsgpackReader kwargs, MsgpackWriter out) throws GuestFailure {
      ObjectCalls before = RunningMethod.enter(context);
      enter();
      try {
        return wrapped.call(args, kwargs, out);
      } finally {
        leave();
        RunningMethod.leave(before);
      }
    }

    @Override
    public boolean readOnly() {
      return wrapped.readOnly();
    }
  }
}
