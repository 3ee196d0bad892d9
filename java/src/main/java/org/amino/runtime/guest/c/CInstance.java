package org.amino.runtime.guest.c;

import java.util.List;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.Protocol.Code;
import org.graalvm.polyglot.Value;

/** A C object's module with what the runtime keeps beside it: who it is, whom it knows, and how deep its calls are nested. */
final class CInstance {
  private final CModule module;
  private final HostFunction host;
  private final References references = new References();
  private String objectId;
  private String className = "";
  private int depth;

  CInstance(CModule module, HostFunction host) {
    this.module = module;
    this.host = host;
    host.use(this);
  }

  void belongTo(String id, String ofClass) {
    objectId = id;
    className = ofClass;
  }

  CModule module() {
    return module;
  }

  References references() {
    return references;
  }

  byte[] ownReference() throws GuestFailure {
    if (objectId == null) {
      throw GuestFailure.of(Code.GUEST_EXCEPTION, "the object has no reference while it is being made");
    }
    return HostFunction.encode(objectId, className);
  }

  /** Puts bytes into memory of the module's own, to be released by {@link #release}. */
  Object place(byte[] bytes, List<Long> taken) throws GuestFailure {
    long address = module.function("amino_allocate").execute((long) bytes.length).asLong();
    if (address == 0) {
      throw GuestFailure.of(Code.GUEST_EXCEPTION, "the object's memory has no room for an argument of " + bytes.length + " bytes");
    }
    taken.add(address);
    module.write(address, bytes);
    return module.pointer(address);
  }

  void release(List<Long> taken) {
    for (long address : taken) {
      module.function("amino_release").executeVoid(address);
    }
  }

  /** Runs a function; nested calls (of the same chain) may come in while it waits for another object. */
  Value execute(String name, Object... arguments) {
    long stack = depth == 0 ? -1 : module.stackTop();
    depth++;
    try {
      return module.function(name).execute(arguments);
    } catch (RuntimeException thrown) {
      module.unwind(stack);
      host.forget();
      throw thrown;
    } finally {
      depth--;
    }
  }

  /** When the result has been read: memory for the answer is freed, unless an outer call still needs its own. */
  void endCall() {
    if (depth == 0 && module.function("amino_end_call") != null) {
      module.function("amino_end_call").executeVoid();
    }
  }
}
