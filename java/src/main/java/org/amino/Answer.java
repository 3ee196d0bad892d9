package org.amino;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.schedule.Call;
import org.amino.runtime.schedule.CallSink;
import org.amino.runtime.wire.ErrorPayload;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackType;
import org.amino.runtime.wire.Protocol;

/** What the program waits for: the outcome of one call. */
final class Answer implements CallSink {
  private final CompletableFuture<byte[]> future = new CompletableFuture<>();
  private final String requestId;

  Answer(String requestId) {
    this.requestId = requestId;
  }

  /** Completes with the encoded value, or with a GuestFailure. What depends on it must not block. */
  CompletableFuture<byte[]> future() {
    return future;
  }

  void fail(GuestFailure why) {
    future.completeExceptionally(why);
  }

  @Override
  public void outcome(Call call, byte[] buffer, int from, int to) {
    MsgpackReader in = new MsgpackReader(buffer, from, to);
    if (in.peekType() == MsgpackType.EXTENSION) {
      MsgpackReader.ExtensionHeader header = in.readExtensionHeader();
      if (header.type() == Protocol.Extension.RAISED) {
        fail(ErrorPayload.read(in.slice(header.length())));
        return;
      }
    }
    future.complete(Arrays.copyOfRange(buffer, from, to));
  }

  @Override
  public void flush() {}

  @Override
  public boolean abandoned() {
    return future.isDone();
  }

  @Override
  public String requestId(int index) {
    return requestId;
  }
}
