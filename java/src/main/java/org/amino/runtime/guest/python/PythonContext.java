package org.amino.runtime.guest.python;

import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.polyglot.PlainResults;
import org.amino.runtime.guest.polyglot.PolyglotContext;
import org.amino.runtime.wire.MsgpackWriter;
import org.graalvm.polyglot.Value;

/** A context of Python. */
public final class PythonContext extends PolyglotContext {
  PythonContext(Opened opened) throws GuestFailure {
    super(opened);
  }

  @Override
  protected boolean writePlain(Value result, MsgpackWriter out) {
    if (result.isString()) {
      out.writeString(result.asString());
      return true;
    }
    return PlainResults.write(result, out);
  }
}
