package org.amino.runtime.guest.java;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.amino.AminoException;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.Transacting;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.PlainValue;
import org.amino.runtime.wire.Protocol.Code;

/** A block of a Java object whose calls happen as one or not at all. */
final class TransactionBlock<T> {
  static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Set<String> AGAIN = Set.of(Code.TRANSACTION_CONFLICT, Code.DEADLOCK);
  private static final long FIRST_PAUSE = 20;
  private static final long LONGEST_PAUSE = 1000;
  private final Transacting transactions;
  private final Duration timeout;
  private final Callable<T> block;
  /** Whether it has failed only because of others that ran at the same time. */
  private boolean again;

  TransactionBlock(Transacting transactions, Duration timeout, Callable<T> block) {
    this.transactions = transactions;
    this.timeout = timeout;
    this.block = block;
  }

  T run(int tries) throws Exception {
    for (int attempt = 1;; attempt++) {
      again = false;
      try {
        return once();
      } catch (AminoException failure) {
        if (attempt >= tries || !again && !AGAIN.contains(failure.code())) {
          throw failure;
        }
      } catch (Exception failure) {
        if (attempt >= tries || !again) {
          throw failure;
        }
      }
      long pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE << Math.min(attempt, 6));
      Thread.sleep(pause / 2 + ThreadLocalRandom.current().nextLong(pause));
    }
  }

  private T once() throws Exception {
    String name;
    try {
      name = text(transactions.begin(timeout.toMillis()));
    } catch (GuestFailure refused) {
      throw new AminoException(refused);
    }
    T result = inside(name);
    try {
      transactions.end(name, null);
    } catch (GuestFailure failure) {
      throw new AminoException(failure);
    }
    return result;
  }

  private T inside(String name) throws Exception {
    transactions.bind(name);
    boolean done = false;
    Throwable thrown = null;
    try {
      T result = block.call();
      done = true;
      return result;
    } catch (Throwable failure) {
      thrown = failure;
      throw failure;
    } finally {
      transactions.bind(null);
      if (!done) {
        takeBack(name, thrown);
      }
    }
  }

  private void takeBack(String name, Throwable thrown) {
    try {
      again = AGAIN.contains(text(transactions.end(name, "its block threw " + thrown.getClass().getSimpleName())));
    } catch (GuestFailure silent) {
      // What the block ended with matters more. The transaction ends by itself, with the call at the latest.
      again = false;
    }
  }

  private static String text(byte[] encoded) {
    return (String) PlainValue.read(new MsgpackReader(encoded));
  }
}
