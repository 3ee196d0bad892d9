package org.amino.runtime.schedule;

import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.amino.runtime.guest.Fixed;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.GuestObject;
import org.amino.runtime.guest.StateHash;
import org.amino.runtime.schedule.ObjectGate.Phase;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol;
import org.amino.runtime.wire.Protocol.Code;

/** The life of objects: made, restored, held, moved away, destroyed. Each in the object's serial order with its calls. */
public final class Objects {
  private final Scheduler scheduler;

  public Objects(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  /** Makes the instance in a context. */
  private interface Maker {
    GuestObject make(GuestContext context, String objectId) throws GuestFailure;
  }

  /**
   * Makes an instance by its constructor.
   *
   * @param call answered when it is made
   * @param id the instance's id
   * @param args at the array of the constructor's arguments
   * @param kwargs at their map, or null
   * @param options `managed`, `proxies_only`, `rule`, `concurrent`, `own_context`, `name`, `held`, `fixed`
   */
  public void create(Call call, String id, long epoch, Artifact artifact, MsgpackReader args, MsgpackReader kwargs, Map<String, Object> options)
      throws GuestFailure {
    make(call, id, epoch, artifact, options, "constructor", (context, objectId) -> context.create(objectId, args, kwargs));
  }

  /** Makes an instance from a state. */
  public void restore(Call call, String id, long epoch, Artifact artifact, MsgpackReader state, Map<String, Object> options) throws GuestFailure {
    make(call, id, epoch, artifact, options, "restore", (context, objectId) -> context.restore(objectId, state));
  }

  private void make(Call call, String id, long epoch, Artifact artifact, Map<String, Object> options, String label, Maker maker) throws GuestFailure {
    ObjectRule rule = ObjectRule.of(options.get("rule"));
    Fixed.Given fixed = Fixed.Given.of(options.get("fixed"));
    ContextSlot slot = artifact.choose(isSet(options, "own_context"));
    Management management = Management.of(isSet(options, "managed"), isSet(options, "proxies_only"));
    HostedObject object = new HostedObject(id, epoch, artifact, slot, management, isSet(options, "concurrent"));
    object.name(options.get("name") instanceof String known ? known : null);
    object.rule(rule);
    object.gate().alone(rule == ObjectRule.ALONE);
    boolean held = isSet(options, "held");
    artifact.use();
    try {
      scheduler.objects().announce(object);
    } catch (GuestFailure known) {
      artifact.unuse();
      throw known;
    }
    name(call, object, label);
    call.fixed(fixed == null ? null : fixed.begin());
    submit(Operation.Kind.CONTEXT, call, out -> {
      GuestContext context = slot.open();
      HostedObject.GuestWork making = () -> object.guest(maker.make(context, object.objectId()));
      object.named(() -> circumstances(call, context, making));
      object.gate().created(held);
      out.writeNil();
    }, () -> end(object, Phase.GONE, null));
  }

  /** Does work of a guest with the circumstances of its call, if it has any. */
  private static void circumstances(Call call, GuestContext context, HostedObject.GuestWork work) throws GuestFailure {
    Fixed fixed = call.fixed();
    if (fixed == null) {
      work.run();
      return;
    }
    try {
      Execution.within(fixed, call, context, work);
    } catch (GuestFailure failure) {
      throw fixed.told(failure);
    }
  }

  private static boolean isSet(Map<String, Object> options, String name) {
    return Boolean.TRUE.equals(options.get(name));
  }

  /**
   * Takes the state, while the object is at rest.
   *
   * @param answer writes the state, or where its pieces are
   * @param marked answers {@code [mark, state]}: the state has the changes of calls up to that mark whose answers are withheld
   */
  public void snapshot(Call call, HostedObject object, boolean allowLossy, boolean marked, BiConsumer<MsgpackWriter, MsgpackWriter> answer) {
    name(call, object, "snapshot");
    submit(Operation.Kind.OBJECT, call, out -> {
      if (marked) {
        out.writeArrayHeader(2);
        out.writeLong(object.delegates().withheld().captured());
      }
      MsgpackWriter state = new MsgpackWriter(512, Protocol.STATE_LIMIT);
      object.named(() -> object.guest().snapshot(state, allowLossy));
      answer.accept(state, out);
    }, null);
  }

  /**
   * Takes the checksum of the state, while the object is at rest: equal for equal states, in whichever process. Code of the object that runs for it is
   * that of a call with the same circumstances everywhere.
   */
  public void stateHash(Call call, HostedObject object) {
    name(call, object, "state_hash");
    call.fixed(new Fixed(0, 0));
    submit(Operation.Kind.OBJECT, call, out -> object.named(() -> circumstances(call, object.slot().open(), () -> {
      MsgpackWriter state = new MsgpackWriter(512, Protocol.STATE_LIMIT);
      object.guest().snapshot(state, false);
      out.writeBytes(StateHash.of(new MsgpackReader(state.buffer(), 0, state.position())));
    })), null);
  }

  /** Replaces the state. */
  public void sync(Call call, HostedObject object, MsgpackReader state) {
    name(call, object, "sync");
    submit(Operation.Kind.OBJECT, call, out -> {
      object.named(() -> object.guest().sync(state));
      object.spoiled(false);
      out.writeNil();
    }, null);
  }

  /** Lets calls wait from now on; answered when the running one has ended. */
  public void hold(Call call, HostedObject object) {
    name(call, object, "hold");
    submit(Operation.Kind.OBJECT, call, out -> {
      object.gate().hold();
      out.writeNil();
    }, null);
  }

  /** Lets held calls run, and takes a fence away. */
  public void resume(Call call, HostedObject object) {
    object.fenced(false);
    name(call, object, "resume");
    submit(Operation.Kind.CONTEXT, call, out -> {
      object.slot().readmit(object.gate().resume());
      out.writeNil();
    }, null);
  }

  /** Lets the object go to another kernel: callers that wait are told where. */
  public void release(Call call, HostedObject object, Map<String, Object> details) {
    GuestFailure moved = new GuestFailure(Code.MOVED, "AminoError", "object " + object.title() + " has moved to another kernel", "", details, null);
    remove(call, object, "release", moved);
  }

  /** Ends the object. */
  public void destroy(Call call, HostedObject object) {
    remove(call, object, "destroy", GuestFailure.of(Code.OBJECT_NOT_FOUND, "object " + object.title() + " has been destroyed"));
  }

  private void remove(Call call, HostedObject object, String label, GuestFailure absence) {
    if (object.slot().lost() != null) {
      forgetLost(call, object);
      return;
    }
    name(call, object, label);
    submit(Operation.Kind.CONTEXT, call, out -> {
      end(object, Phase.GONE, absence);
      out.writeNil();
    }, null);
  }

  /** Its context was closed by force: there is no turn to wait for, and nothing of the guest to let go. */
  private void forgetLost(Call call, HostedObject object) {
    scheduler.objects().remove(object);
    MsgpackWriter nil = new MsgpackWriter();
    nil.writeNil();
    call.answer(nil.buffer(), 0, nil.position());
    call.sink().flush();
  }

  /** Called by the owner of its context. */
  private void end(HostedObject object, Phase phase, GuestFailure absence) {
    if (object.absenceKnown() == null) {
      object.absence(absence != null ? absence : object.absence());
    }
    scheduler.objects().remove(object);
    GuestObject guest = object.guest();
    for (Task task : object.end(phase)) {
      task.refuse(object.absence());
    }
    if (guest != null) {
      guest.discard();
    }
    ContextSlot slot = object.slot();
    if (slot.isSingle()) {
      slot.lose(object.absence());
      // A context cannot be closed by the thread that is inside it.
      scheduler.workers().execute(slot::close);
    }
  }

  /** From now on, every call to these objects is answered as for an object that has moved, until `resume`. */
  public void fence(Iterable<HostedObject> objects) {
    for (HostedObject object : objects) {
      object.fenced(true);
    }
  }

  /**
   * Says who has to do with an object's calls from now on.
   *
   * @param rule the rule that its gate keeps besides; calls that come later than this meet it
   */
  public void manage(HostedObject object, Management management, ObjectRule rule) {
    object.management(management);
    if (object.rule() != rule) {
      object.rule(rule);
      keep(object);
    }
  }

  /** Has the gate of an object keep its rule, and no other, from now on. */
  static void keep(HostedObject object) {
    ContextSlot slot = object.slot();
    slot.submit(new Entry(slot, null, () -> slot.readmit(object.gate().alone(object.rule() == ObjectRule.ALONE))));
  }

  public void epoch(HostedObject object, long epoch) {
    object.epoch(epoch);
  }

  private static void name(Call call, HostedObject object, String label) {
    call.aim(object.id(), label, object, call.buffer(), call.argsFrom(), call.argsTo());
  }

  private void submit(Operation.Kind kind, Call call, Operation.Body body, Runnable undo) {
    scheduler.submit(call, new Operation(kind, call, body, undo));
  }
}
