package org.amino;

import java.util.concurrent.CompletableFuture;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.ObjectCalls;

/**
 * How an instance of the program calls others. It may keep a stub that it was given and use it on any thread, so the thread decides whose call it is;
 * what concerns the context itself goes to the context.
 */
record InstanceCalls(ObjectCalls context, ProgramCalls program) implements ObjectCalls {
  @Override
  public byte[] call(String target, String method, byte[] args, byte[] kwargs) throws GuestFailure {
    return program.call(target, method, args, kwargs);
  }

  @Override
  public CompletableFuture<byte[]> callAsync(String target, String method, byte[] args, byte[] kwargs) {
    return program.callAsync(target, method, args, kwargs);
  }

  @Override
  public void enter(Runnable task) {
    context.enter(task);
  }

  @Override
  public byte[] get(String name) throws GuestFailure {
    return program.get(name);
  }

  @Override
  public byte[] create(String name, byte[] args, byte[] kwargs) throws GuestFailure {
    return program.create(name, args, kwargs);
  }

  @Override
  public byte[] getOrCreate(String kind, String key, byte[] args, byte[] kwargs) throws GuestFailure {
    return program.getOrCreate(kind, key, args, kwargs);
  }

  @Override
  public void log(String level, String line) {
    context.log(level, line);
  }

  @Override
  public String currentObject() {
    return context.currentObject();
  }
}
