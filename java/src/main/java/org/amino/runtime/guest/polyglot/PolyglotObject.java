package org.amino.runtime.guest.polyglot;

import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.GuestMember;
import org.amino.runtime.guest.GuestObject;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackWriter;
import org.graalvm.polyglot.Value;

/** An instance in a context. Kept small: a kernel holds a hundred thousand of them. */
final class PolyglotObject implements GuestObject {
  private final PolyglotContext context;
  private final String id;
  private Value instance;

  PolyglotObject(PolyglotContext context, String id, Value instance) {
    this.context = context;
    this.id = id;
    this.instance = instance;
  }

  /** The instance as it is now: {@link #sync} puts another in its place. */
  Value instance() {
    return instance;
  }

  PolyglotContext context() {
    return context;
  }

  @Override
  public GuestMember member(String name) throws GuestFailure {
    return new PolyglotMember(this, context.signature(id, instance, name));
  }

  @Override
  public void snapshot(MsgpackWriter out, boolean allowLossy) throws GuestFailure {
    context.snapshot(id, instance, out, allowLossy);
  }

  @Override
  public void sync(MsgpackReader state) throws GuestFailure {
    Value old = instance;
    instance = context.restoreInstance(id, state);
    context.forget(old);
  }

  @Override
  public void discard() {
    context.forget(instance);
    instance = null;
  }
}
