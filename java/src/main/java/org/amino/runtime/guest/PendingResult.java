package org.amino.runtime.guest;

/** A promise of the guest. Registered by the thread that holds the context. */
public interface PendingResult {
  /** Exactly one of the two is called, by a thread that holds the context: with the encoded value, or with the failure. */
  interface Settled {
    void value(byte[] encoded);

    void failure(GuestFailure failure);
  }

  void onSettled(Settled settled);
}
