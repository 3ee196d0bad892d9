package org.amino.runtime.schedule;

import org.amino.runtime.guest.Fixed;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.Protocol;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.WireException;

/** The options of one call, as positions in the bytes they came in, so that reading them allocates nothing. */
public final class CallOptions {
  private int kwargsFrom;
  private int kwargsTo;
  private int requestIdFrom;
  private int transactionFrom;
  private int chainFrom;
  private int clientFrom;
  private int headersFrom;
  private int budgetMs;
  private int flags;
  private long epoch;
  private Fixed fixed;

  public CallOptions() {
    clear();
  }

  public void clear() {
    kwargsFrom = -1;
    kwargsTo = -1;
    requestIdFrom = -1;
    transactionFrom = -1;
    chainFrom = -1;
    clientFrom = -1;
    headersFrom = -1;
    budgetMs = 0;
    flags = 0;
    epoch = -1;
    fixed = null;
  }

  /** Reads the map at the reader's position. */
  public void read(MsgpackReader in) {
    clear();
    int pairs = in.readMapHeader();
    for (int i = 0; i < pairs; i++) {
      int key = in.readInt();
      int from = in.position();
      if (in.isNil()) {
        in.readNil();
        continue;
      }
      switch (key) {
        case Protocol.Option.KWARGS -> {
          in.skip();
          kwargsFrom = from;
          kwargsTo = in.position();
        }
        case Protocol.Option.BUDGET -> budgetMs = budget(in.readLong());
        case Protocol.Option.REQUEST_ID -> {
          in.skip();
          requestIdFrom = from;
        }
        case Protocol.Option.TRANSACTION -> {
          in.skip();
          transactionFrom = from;
        }
        case Protocol.Option.CHAIN -> {
          in.skip();
          chainFrom = from;
        }
        case Protocol.Option.CLIENT -> {
          in.skip();
          clientFrom = from;
        }
        case Protocol.Option.HEADERS -> {
          in.skip();
          headersFrom = from;
        }
        case Protocol.Option.FLAGS -> flags = in.readInt();
        case Protocol.Option.EPOCH -> epoch = in.readLong();
        default -> in.skip();
      }
    }
  }

  /** A budget as a frame or a call names it: 0 for the default. */
  public static int budget(long milliseconds) {
    if (milliseconds < 0) {
      throw new WireException(Code.FRAME_INVALID, "a budget of " + milliseconds + " ms; it counts from 0");
    }
    return (int) Math.min(milliseconds, Integer.MAX_VALUE);
  }

  public boolean hasKwargs() {
    return kwargsFrom >= 0;
  }

  public int kwargsFrom() {
    return kwargsFrom;
  }

  public int kwargsTo() {
    return kwargsTo;
  }

  /** Where the request id stands, or −1. */
  public int requestIdFrom() {
    return requestIdFrom;
  }

  /** The transactions that the call is part of, read from the bytes that these options were read from; empty: none. */
  public String transactions(byte[] buffer) {
    return transactionFrom < 0 ? "" : new MsgpackReader(buffer, transactionFrom, buffer.length).readString();
  }

  /** Whether the call is part of transactions. */
  public boolean hasTransactions(byte[] buffer) {
    return !transactions(buffer).isEmpty();
  }

  /** Whether the call is part of a transaction over several objects. */
  public boolean isJoint(byte[] buffer) {
    return transactionFrom >= 0 && Chain.isJoint(transactions(buffer));
  }

  /** Where the headers stand, or −1. */
  public int headersFrom() {
    return headersFrom;
  }

  /** The fixed circumstances that stand in the headers, once somebody who may read them has done so; null: none. */
  Fixed fixed() {
    return fixed;
  }

  /**
   * Reads the circumstances in the headers.
   *
   * @param buffer the bytes that these options were read from
   */
  public void readFixed(byte[] buffer) {
    fixed = headersFrom < 0 ? null : Fixed.among(new MsgpackReader(buffer, headersFrom, buffer.length));
  }

  void fixed(Fixed given) {
    fixed = given;
  }

  /** Where the chain stands, or −1. */
  public int chainFrom() {
    return chainFrom;
  }

  /** Whether they say whose call it is. */
  public boolean namesClient() {
    return clientFrom >= 0;
  }

  /** Whose call it is, read from the bytes that these options were read from. */
  public String client(byte[] buffer) {
    return new MsgpackReader(buffer, clientFrom, buffer.length).readString();
  }

  /** Milliseconds, or 0 when the call names none. */
  public int budgetMs() {
    return budgetMs;
  }

  public boolean flag(int flag) {
    return (flags & flag) != 0;
  }

  /** The epoch that the caller knows, or −1. */
  public long epoch() {
    return epoch;
  }
}
