package org.amino.runtime.guest;

import java.util.concurrent.CompletableFuture;

/** How a guest begins and ends transactions over several objects. A transaction belongs to the call of a member that begins it, and ends with it. */
public interface Transacting {
  /**
   * Begins one.
   *
   * @param milliseconds until it ends without effect; it never lasts longer than the call that runs
   * @return its name, encoded
   * @throws GuestFailure TRANSACTION_INVALID where what runs is in a transaction already; NOT_DETERMINISTIC in a replica; OVERLOADED, OMS_UNAVAILABLE
   */
  byte[] begin(long milliseconds) throws GuestFailure;

  /** The same without waiting. The future completes on any thread. */
  CompletableFuture<byte[]> beginAsync(long milliseconds);

  /**
   * Makes the calls of what runs now part of a transaction, until this is called with null.
   *
   * @param transaction that what runs now has begun; null: none
   */
  void bind(String transaction) throws GuestFailure;

  /**
   * Ends one.
   *
   * @param reason why nothing of it is to happen; null: all of it is
   * @return the encoded code of the error with which others have ended it before; empty: nobody has
   * @throws GuestFailure how a commit ended, where it did not succeed
   */
  byte[] end(String transaction, String reason) throws GuestFailure;

  /** The same without waiting. */
  CompletableFuture<byte[]> endAsync(String transaction, String reason);
}
