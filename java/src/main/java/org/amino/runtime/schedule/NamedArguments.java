package org.amino.runtime.schedule;

import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol;

/** Named arguments of a call that is made in this half: its one option, behind the others. */
public final class NamedArguments {
  private NamedArguments() {}

  /** Puts them behind a call's positional ones. */
  public static void attach(Call call, byte[] args, byte[] kwargs) {
    MsgpackWriter message = new MsgpackWriter(args.length + kwargs.length + 8, Integer.MAX_VALUE);
    message.writeRaw(args);
    message.writeMapHeader(1);
    message.writeLong(Protocol.Option.KWARGS);
    message.writeRaw(kwargs);
    call.aim(call.target(), call.method(), call.object(), message.buffer(), 0, args.length);
    call.keepBytes(args.length, message.position());
  }
}
