package org.amino.runtime.schedule;

import org.amino.runtime.wire.Protocol.Code;
import java.util.concurrent.atomic.AtomicBoolean;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.MsgpackWriter;

/** The life of artifacts in this JVM: evaluated, and unloaded when nothing needs them. */
public final class Artifacts {
  private final Scheduler scheduler;

  public Artifacts(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  /** Writes the interface that has been found. */
  public interface Described {
    void write(MsgpackWriter out);
  }

  /**
   * Evaluates an artifact for the first time.
   *
   * @param call answered with what {@code describe} writes
   * @throws GuestFailure ARTIFACT_NOT_FOUND when it has just been unloaded
   */
  public void evaluate(Call call, Artifact artifact, Described describe) throws GuestFailure {
    artifact.use();
    AtomicBoolean used = new AtomicBoolean(true);
    ContextSlot slot = artifact.first();
    call.aim(artifact.source().hash(), "load", null, call.buffer(), call.argsFrom(), call.argsTo());
    call.slot(slot);
    scheduler.submit(call, new Operation(Operation.Kind.CONTEXT, call, out -> {
      if (artifact.description() == null) {
        GuestContext context = slot.open();
        artifact.description(context.describe().with(context.warnings()));
      }
      describe.write(out);
      // Before the answer: the caller may unload as soon as it has that.
      unuse(artifact, used);
    }, () -> {
      unuse(artifact, used);
      discard(artifact);
    }));
  }

  private static void unuse(Artifact artifact, AtomicBoolean used) {
    if (used.getAndSet(false)) {
      artifact.unuse();
    }
  }

  /** It could not be evaluated, or nobody was told that it was. */
  private void discard(Artifact artifact) {
    if (artifact.retire()) {
      scheduler.artifacts().remove(artifact.source().hash(), artifact);
      scheduler.workers().execute(artifact::close);
    }
  }

  /**
   * Forgets an artifact, so that the next `load` of its key begins anew. The caller closes its contexts, which may take
   * long.
   *
   * @throws GuestFailure ARGUMENT_INVALID while an instance of it lives or is being made, or it is being evaluated
   */
  public void retire(Artifact artifact) throws GuestFailure {
    if (!artifact.retire()) {
      throw GuestFailure.of(Code.ARGUMENT_INVALID, "artifact " + artifact.source().hash() + " is in use by "
          + artifact.uses() + " instances that live or are being made, or evaluations; destroy its instances first");
    }
    scheduler.artifacts().remove(artifact.source().hash(), artifact);
  }
}
