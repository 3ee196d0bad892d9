package org.amino.runtime.schedule;

import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.MsgpackWriter;

/**
 * Something other than a call that is done at an object or in a context, in its turn: making it, taking its state, letting it go. Its call says who
 * waits for the result and until when.
 */
final class Operation extends Task {
  /** What must hold before it runs. */
  enum Kind {
    /** Runs as soon as the context is free. */
    CONTEXT,
    /** Needs the object at rest. */
    OBJECT
  }

  /** Does it and writes the result, one value. */
  interface Body {
    void run(MsgpackWriter out) throws GuestFailure;
  }

  private final Kind kind;
  private final Call call;
  private final Body body;
  private final Runnable undo;

  /**
   * @param call whose target and method name the operation for people, and whose slot is where it runs
   * @param undo run when the body did not run, failed, or came too late for its caller; null when there is nothing to undo
   */
  Operation(Kind kind, Call call, Body body, Runnable undo) {
    this.kind = kind;
    this.call = call;
    this.body = body;
    this.undo = undo;
  }

  @Override
  void run(Runner runner) {
    if (kind == Kind.OBJECT) {
      switch (call.object().gate().admitOperation(this)) {
        case REFUSED -> {
          refuse(call.object().absence());
          return;
        }
        case PARKED -> {
          return;
        }
        case RUN -> {}
      }
    }
    runAdmitted(runner);
  }

  private void runAdmitted(Runner runner) {
    if (!call.begin()) {
      call.sink().left(call);
      undo();
      return;
    }
    ContextSlot slot = call.slot();
    Call below = slot.running();
    MsgpackWriter out = below == null ? runner.scratch() : new MsgpackWriter();
    call.nestOn(below);
    slot.occupy(call, runner);
    boolean failed = false;
    try {
      body.run(out);
    } catch (Throwable thrown) {
      Execution.raise(out, 0, Execution.failure(thrown));
      failed = true;
    }
    slot.running(below);
    call.ended();
    call.unnest();
    boolean answered = call.claim();
    if (failed || !answered) {
      undo();
    }
    if (answered) {
      call.sink().outcome(call, out.buffer(), 0, out.position());
      runner.later(call.sink());
    }
  }

  private void undo() {
    if (undo != null) {
      undo.run();
    }
  }

  @Override
  void refuse(GuestFailure failure) {
    if (call.fail(failure)) {
      call.slot().flushLater(call.sink());
    } else {
      call.sink().left(call);
    }
    undo();
  }

  @Override
  boolean mayNest(Waiter waiter) {
    return call.object() == null || !waiter.isInside(call.object());
  }
}
