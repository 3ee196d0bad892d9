package org.amino.runtime.schedule;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.GuestMember;
import org.amino.runtime.guest.GuestObject;
import org.amino.runtime.guest.Hop;
import org.amino.runtime.guest.PendingResult;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.Protocol.Outcome;

/** An instance of an object that lives here. Fields that are not volatile belong to the thread that owns its context. */
public final class HostedObject {
  /** A member looked up once. Connections remember it for longer than the object lives. */
  public static final class Bound {
    private final HostedObject object;
    private final String name;
    private GuestMember member;

    private Bound(HostedObject object, String name, GuestMember member) {
      this.object = object;
      this.name = name;
      this.member = member;
    }

    public HostedObject object() {
      return object;
    }

    public String name() {
      return name;
    }

    /** Calls it, by the thread that owns the object's context, when it may run. */
    public PendingResult call(MsgpackReader args, MsgpackReader kwargs, MsgpackWriter out) throws GuestFailure {
      try {
        return member.call(args, kwargs, out);
      } catch (GuestFailure failure) {
        throw object.traced(failure, name);
      }
    }

    /** Asked by the thread that owns the object's context, when it may run. */
    public GuestMember member() {
      return member;
    }
  }

  /** Calls for which an object is remembered as slow, so that they do not hold a reading thread. */
  private static final int SLOW_MEMORY = 16;

  private final String id;
  private final String objectId;
  private final ContextSlot slot;
  private final Artifact artifact;
  private final ObjectGate<Task> gate;
  private final Map<String, Bound> members = new HashMap<>(4);
  private GuestObject guest;
  private boolean ended;
  private volatile long epoch;
  private volatile Management management;
  private volatile boolean fenced;
  private volatile int slowCalls;
  private volatile GuestFailure absence;
  private volatile Call unsettledCall;
  private volatile String name;

  HostedObject(String id, long epoch, Artifact artifact, ContextSlot slot, Management management, boolean concurrent) {
    this.id = id;
    this.objectId = InstanceIds.objectOf(id);
    this.epoch = epoch;
    this.artifact = artifact;
    this.slot = slot;
    this.management = management;
    this.gate = new ObjectGate<>(concurrent);
  }

  /** The instance's id, by which the kernel and its callers name it. */
  public String id() {
    return id;
  }

  /** The id of the object that this is an instance of, by which guests know it. */
  String objectId() {
    return objectId;
  }

  /** Its name in the cluster, for people; null when it has none. */
  String name() {
    return name;
  }

  void name(String known) {
    name = known;
  }

  /** For people: its name with its id. */
  String title() {
    return name == null ? id : name + " (" + id + ")";
  }

  /** Notes in a failure of the code of this object that it was here; what did not run was not. */
  GuestFailure traced(GuestFailure failure, String member) {
    if (failure.outcome == Outcome.RAN && failure.hop() == null) {
      failure.from(Hop.of(artifact.source().language(), objectId, name, member, failure.stack));
    }
    return failure;
  }

  public ContextSlot slot() {
    return slot;
  }

  public Artifact artifact() {
    return artifact;
  }

  ObjectGate<Task> gate() {
    return gate;
  }

  GuestObject guest() {
    return guest;
  }

  void guest(GuestObject made) {
    guest = made;
  }

  public long epoch() {
    return epoch;
  }

  void epoch(long now) {
    epoch = now;
  }

  public boolean isManaged() {
    return management != Management.NONE;
  }

  void management(Management now) {
    management = now;
  }

  void fenced(boolean now) {
    fenced = now;
  }

  /** Whether a call may run without any waiting. Asked by the thread that owns the context. */
  public boolean runsAtOnce() {
    return gate.isOpen() && !fenced && slowCalls == 0;
  }

  /** A call held a thread for longer than the monitor's tick. */
  public void wasSlow() {
    slowCalls = SLOW_MEMORY;
  }

  void wasQuick() {
    int left = slowCalls;
    if (left > 0) {
      slowCalls = left - 1;
    }
  }

  boolean isSlow() {
    return slowCalls > 0;
  }

  /** Finds a member, once in the object's life. Asked by the thread that owns the context. */
  public Bound bind(String name) throws GuestFailure {
    Bound bound = members.get(name);
    if (bound == null) {
      if (guest == null) {
        throw absence();
      }
      try {
        bound = new Bound(this, name, guest.member(name));
      } catch (GuestFailure missing) {
        throw titled(missing);
      }
      members.put(name, bound);
    }
    return bound;
  }

  /** The same with the object's name: its guest knows it by id alone. */
  private GuestFailure titled(GuestFailure missing) {
    if (name == null || !missing.code.equals(Code.MEMBER_NOT_FOUND)) {
      return missing;
    }
    String message = missing.getMessage().replace("object " + id + " ", "object " + title() + " ");
    return new GuestFailure(missing.code, missing.type, message, missing.stack, missing.details, missing.getCause(), missing.outcome);
  }

  /**
   * Ends its life here. The guest is let go, so that connections that remember this object keep nothing of its context
   * alive. Called by the owner of the context; a second call finds nothing left.
   *
   * @return what waited for it
   */
  List<Task> end(ObjectGate.Phase last) {
    guest = null;
    for (Bound bound : members.values()) {
      bound.member = null;
    }
    members.clear();
    if (!ended) {
      ended = true;
      artifact.unuse();
    }
    return gate.end(last);
  }

  /** Why calls are refused; null while they are not. */
  public GuestFailure refusal(Call call) {
    if (fenced || !slot.scheduler().lease().held()) {
      return GuestFailure.of(Code.MOVED, "object " + title() + " is fenced here: another kernel may hold it; ask the OMS where it is");
    }
    if (call.options().epoch() > epoch) {
      return GuestFailure.of(Code.MOVED, "object " + title() + " has epoch " + epoch + " here, the caller knows " + call.options().epoch() + "; ask the OMS where it is");
    }
    return null;
  }

  /** The answer to callers of an object that is no longer here. */
  GuestFailure absence() {
    GuestFailure known = absence;
    return known != null ? known : GuestFailure.of(Code.OBJECT_NOT_FOUND, "object " + title() + " is not on this kernel; look it up again");
  }

  /** The same, or null while it is here. */
  public GuestFailure absenceKnown() {
    return absence;
  }

  void absence(GuestFailure why) {
    absence = why;
  }

  /** The call whose promise it awaits, for `waits`; null when there is none. */
  Call unsettledCall() {
    return unsettledCall;
  }

  void unsettledCall(Call call) {
    unsettledCall = call;
  }

  /** Whether calls from guests in this JVM may run here without asking the Python half. */
  boolean takesLocalCalls() {
    return management == Management.NONE && absence == null;
  }

  /** Whether a client's call runs here without the Python half. */
  public boolean takesClientCalls(CallOptions options) {
    return absence == null && management.isDone(options);
  }
}
