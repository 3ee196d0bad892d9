package org.amino.runtime.guest.ruby;

import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.polyglot.PlainResults;
import org.amino.runtime.guest.polyglot.PolyglotContext;
import org.amino.runtime.wire.MsgpackWriter;
import org.graalvm.polyglot.Value;

/** A context of Ruby. */
public final class RubyContext extends PolyglotContext {
  private final Value member;

  RubyContext(Opened opened) throws GuestFailure {
    super(opened);
    member = opened.prelude().get("member");
  }

  /** A string may hold bytes; only the prelude can tell. */
  @Override
  protected boolean writePlain(Value result, MsgpackWriter out) {
    return PlainResults.write(result, out);
  }

  /** A top-level method is private, and reading a member would not find it. */
  @Override
  protected Value function(Value instance, String name) {
    Value found = instance.getMember(name);
    return found == null || !found.canExecute() ? member.execute(instance, name) : found;
  }
}
