package org.amino.runtime.schedule;

import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.WireException;

/** What a call was read from: its target, its member, its encoded arguments and options, and the ids that stand there. */
abstract sealed class Message extends Activation permits Call {
  private final CallOptions options = new CallOptions();
  private String target;
  private String method;
  private byte[] buffer;
  private int argsFrom;
  private int argsTo;
  private int weight;
  private int aims;
  private Chain chain;
  private String requestId;

  /** Points it at bytes, which are not copied. */
  final void aim(String theTarget, String theMethod, byte[] bytes, int from, int to) {
    target = theTarget;
    method = theMethod;
    buffer = bytes;
    argsFrom = from;
    argsTo = to;
    chain = null;
    aims++;
  }

  /** Another number for each message that it was pointed at. */
  final int aims() {
    return aims;
  }

  /** The request id of a call that carries none. */
  abstract String plainId();

  /** Copies what this call needs of the bytes it was read from, which are about to be overwritten. */
  public void keepBytes(int optionsFrom, int optionsTo) {
    int args = argsTo - argsFrom;
    byte[] kept = new byte[args + Math.max(0, optionsTo - optionsFrom)];
    System.arraycopy(buffer, argsFrom, kept, 0, args);
    if (optionsFrom >= 0) {
      System.arraycopy(buffer, optionsFrom, kept, args, optionsTo - optionsFrom);
      options.read(new MsgpackReader(kept, args, kept.length));
    }
    buffer = kept;
    argsFrom = 0;
    argsTo = args;
  }

  /** Reads what other threads ask a waiting call for: its bytes may be let go of at any moment. */
  public void readIds() {
    if (options.requestIdFrom() >= 0) {
      requestId = requestId();
    }
    if (options.chainFrom() >= 0 || !options.transactions(buffer).isEmpty()) {
      chain();
    }
  }

  /** Bytes that the process holds until this call is answered. */
  public int weight() {
    return weight;
  }

  /** Says how many bytes of a message it holds, before somebody waits for it. */
  public void weight(int bytes) {
    weight = bytes;
  }

  /** Lets go of the message: it has been sent on. */
  public void sentOn() {
    letGo();
  }

  /** The message is not read any more. */
  final void letGo() {
    buffer = null;
  }

  /** Lets go of the arguments, when they have been read and only the outcome is awaited. */
  void dropBytes() {
    chain();
    buffer = null;
  }

  public String target() {
    return target;
  }

  public String method() {
    return method;
  }

  /** For people: {@code object.method}. */
  public String label() {
    return target + "." + method;
  }

  public CallOptions options() {
    return options;
  }

  public byte[] buffer() {
    return buffer;
  }

  public int argsFrom() {
    return argsFrom;
  }

  public int argsTo() {
    return argsTo;
  }

  public MsgpackReader args() {
    return new MsgpackReader(buffer, argsFrom, argsTo);
  }

  public MsgpackReader kwargs() {
    return options.hasKwargs() ? new MsgpackReader(buffer, options.kwargsFrom(), options.kwargsTo()) : null;
  }

  /** The chain it belongs to: the one it came with, or a new one. */
  public Chain chain() {
    Chain known = chain;
    if (known == null) {
      known = readChain();
      chain = known;
    }
    return known;
  }

  private Chain readChain() {
    Chain found = readHops();
    String transactions = options.transactions(buffer);
    return transactions.isEmpty() ? found : found.within(transactions);
  }

  private Chain readHops() {
    if (options.chainFrom() >= 0) {
      try {
        return Chain.read(new MsgpackReader(buffer, options.chainFrom(), buffer.length));
      } catch (WireException e) {
        // An unreadable chain cannot match another; the call itself is still answerable.
        return Chain.begin(requestId());
      }
    }
    return Chain.begin(requestId());
  }

  void chain(Chain known) {
    chain = known;
  }

  /** The id that a retry of this call carries too. */
  public String requestId() {
    if (requestId != null) {
      return requestId;
    }
    if (options.requestIdFrom() >= 0) {
      return new MsgpackReader(buffer, options.requestIdFrom(), buffer.length).readString();
    }
    return plainId();
  }

  void requestId(String given) {
    requestId = given;
  }
}
