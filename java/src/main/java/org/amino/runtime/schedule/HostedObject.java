package org.amino.runtime.schedule;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
  /** The type of an exception that the runtime raises for a guest in C. */
  private static final String MEMORY_FAULT = "MemoryFault";

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
  private volatile ObjectRule rule = ObjectRule.NONE;
  private volatile int slowCalls;
  private volatile GuestFailure absence;
  private volatile Call unsettledCall;
  private volatile String name;
  private volatile Delegated delegated;
  private volatile boolean spoiled;

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
  GuestFailure traced(GuestFailure raised, String member) {
    GuestFailure failure = titled(raised);
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

  /** Whether a client's call with these flags and no other options runs here without the Python half, as far as managers are concerned. */
  public boolean takesCalls(int flags) {
    return management.isDone(flags);
  }

  void management(Management now) {
    management = now;
  }

  /** The rule of a deployment manager that this object keeps. */
  public ObjectRule rule() {
    return rule;
  }

  void rule(ObjectRule now) {
    rule = now;
  }

  /** The chain inside which a call may enter while the object is busy; null when the call must wait like any other. */
  String insideOf(Call call) {
    return rule == ObjectRule.NONE || call.chain().passes(id) ? call.chain().id() : null;
  }

  /** What the Python half has delegated to its gate; null while that has never done so. */
  public Delegated delegated() {
    return delegated;
  }

  /** The same, where there is one for each object that has managers at all. */
  public synchronized Delegated delegates() {
    if (delegated == null) {
      delegated = new Delegated(this);
    }
    return delegated;
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

  /** The same with the object's name, where a message says its id: its guest knows it by id alone. What the application says stays as it is. */
  GuestFailure titled(GuestFailure failure) {
    boolean own = failure.code.equals(Code.GUEST_EXCEPTION) && !failure.type.equals(MEMORY_FAULT);
    if (name == null || own || failure.getMessage() == null || !failure.getMessage().contains("object " + objectId)) {
      return failure;
    }
    String message = Pattern.compile("\\bobject " + Pattern.quote(objectId) + "(?![\\w/])").matcher(failure.getMessage())
        .replaceAll(Matcher.quoteReplacement("object " + title()));
    return new GuestFailure(failure.code, failure.type, message, failure.stack, failure.details, failure.getCause(), failure.outcome)
        .grouping(failure.errors()).from(failure.hop());
  }

  /** Does some work of its guest, such as a snapshot; what goes wrong names the object. */
  void named(GuestWork work) throws GuestFailure {
    try {
      work.run();
    } catch (GuestFailure failure) {
      throw titled(failure);
    }
  }

  /** Work of a guest. */
  interface GuestWork {
    void run() throws GuestFailure;
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
    if (delegated != null) {
      delegated.end(absence());
    }
    return gate.end(last);
  }

  /** Why calls are refused; null while they are not. */
  public GuestFailure refusal(Call call) {
    return Refusals.of(this, call, fenced, spoiled && delegated != null);
  }

  /** Says whether a call with fixed circumstances has failed in its middle, and the state is of no use until another one is put in its place. */
  void spoiled(boolean is) {
    spoiled = is;
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
