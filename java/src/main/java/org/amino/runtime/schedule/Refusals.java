package org.amino.runtime.schedule;

import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.Protocol;
import org.amino.runtime.wire.Protocol.Code;

/** Reasons for which an object that is here does not run a call. */
final class Refusals {
  private Refusals() {}

  /**
   * Why a call is refused; null when it is not.
   *
   * @param fenced whether another kernel may hold the object
   * @param spoiled whether it is a replica whose state is of no use until another one is put in its place
   */
  static GuestFailure of(HostedObject object, Call call, boolean fenced, boolean spoiled) {
    KernelLease lease = object.slot().scheduler().lease();
    if (fenced || !lease.held()) {
      return lease.fenced(object.title());
    }
    if (spoiled && call.fixed() == null && !call.options().flag(Protocol.FLAG_MANAGERS_DONE)) {
      return GuestFailure.of(Code.KERNEL_UNAVAILABLE, "a replica of " + object.title() + " takes back a call that has failed; call again");
    }
    if (call.options().epoch() > object.epoch()) {
      String known = " has epoch " + object.epoch() + " here, the caller knows " + call.options().epoch();
      return GuestFailure.of(Code.MOVED, "object " + object.title() + known + "; ask the OMS where it is");
    }
    return null;
  }
}
