package org.amino.runtime.lane;

import java.util.ArrayList;
import java.util.List;
import org.amino.runtime.schedule.Call;
import org.amino.runtime.schedule.Delegated;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol;

/** Calls that go to the other end in one request frame. */
public final class RequestBatch {
  private final int budgetMs;
  private final List<Call> calls = new ArrayList<>();
  private int clients;
  private final List<Delegated> telling = new ArrayList<>();
  private final MsgpackWriter body = new MsgpackWriter(256, Integer.MAX_VALUE);
  private final MsgpackWriter options = new MsgpackWriter(256, Integer.MAX_VALUE);

  /** @param budgetMs time for each call that names none, in milliseconds; 0: the default */
  public RequestBatch(int budgetMs) {
    this.budgetMs = budgetMs;
  }

  /**
   * Adds a call as it came: target, method and arguments are the bytes {@code buffer[from … to)}.
   *
   * @param optionsFrom where its options map stands, or −1
   * @param client the client id of the connection it came from
   */
  void forward(Call call, byte[] buffer, int from, int to, int optionsFrom, String client) {
    body.writeRaw(buffer, from, to - from);
    options.writeLong(calls.size());
    int kept = 0;
    MsgpackWriter entries = new MsgpackWriter(64, Integer.MAX_VALUE);
    if (optionsFrom >= 0) {
      kept = keep(new MsgpackReader(buffer, optionsFrom, buffer.length), entries);
    }
    options.writeMapHeader(kept + 2);
    options.writeRaw(entries.buffer(), 0, entries.position());
    options.writeLong(Protocol.Option.REQUEST_ID);
    options.writeString(call.requestId());
    options.writeLong(Protocol.Option.CLIENT);
    options.writeString(client);
    calls.add(call);
    clients++;
  }

  /** How many of its calls are a client's. */
  public int clients() {
    return clients;
  }

  /** Copies the options that the Python half knows, except those that only we may set. */
  private static int keep(MsgpackReader in, MsgpackWriter entries) {
    int kept = 0;
    int pairs = in.readMapHeader();
    for (int i = 0; i < pairs; i++) {
      int from = in.position();
      int key = in.readInt();
      boolean absent = in.isNil();
      in.skip();
      boolean ours = absent || key == Protocol.Option.REQUEST_ID || key == Protocol.Option.CLIENT;
      if (!ours && key >= Protocol.Option.KWARGS && key < Protocol.Option.CLIENT) {
        entries.writeRaw(in.buffer(), from, in.position() - from);
        kept++;
      }
    }
    return kept;
  }

  /** Adds a call that a guest made. */
  public void add(Call call) {
    body.writeString(call.target());
    body.writeString(call.method());
    body.writeRaw(call.buffer(), call.argsFrom(), call.argsTo() - call.argsFrom());
    options.writeLong(calls.size());
    boolean kwargs = call.options().hasKwargs();
    String transactions = call.chain().transactions();
    options.writeMapHeader(2 + (kwargs ? 1 : 0) + (transactions.isEmpty() ? 0 : 1));
    if (kwargs) {
      options.writeLong(Protocol.Option.KWARGS);
      options.writeRaw(call.buffer(), call.options().kwargsFrom(), call.options().kwargsTo() - call.options().kwargsFrom());
    }
    options.writeLong(Protocol.Option.REQUEST_ID);
    options.writeString(call.requestId());
    if (!transactions.isEmpty()) {
      options.writeLong(Protocol.Option.TRANSACTION);
      options.writeString(transactions);
    }
    options.writeLong(Protocol.Option.CHAIN);
    call.chain().write(options);
    calls.add(call);
  }

  /** Remembers who is to hear that a call of this batch has been sent; null: nobody. */
  void sends(Delegated delegated) {
    if (delegated != null) {
      telling.add(delegated);
    }
  }

  /** It has been sent. */
  void sent() {
    telling.forEach(Delegated::sent);
  }

  /** What it holds, in order. */
  public Call[] calls() {
    return calls.toArray(new Call[0]);
  }

  /** The frame with its length. */
  byte[] frame(long seq) {
    int size = 64 + body.position() + options.position();
    MsgpackWriter frame = new MsgpackWriter(size, Integer.MAX_VALUE);
    frame.reserve(Protocol.LENGTH_BYTES);
    frame.writeArrayHeader(5);
    frame.writeLong(Protocol.REQUEST);
    frame.writeLong(seq);
    frame.writeLong(budgetMs);
    frame.writeArrayHeader(3 * calls.size());
    frame.writeRaw(body.buffer(), 0, body.position());
    frame.writeMapHeader(calls.size());
    frame.writeRaw(options.buffer(), 0, options.position());
    return Envelope.finish(frame);
  }
}
