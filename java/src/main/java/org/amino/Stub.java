package org.amino;

import java.util.concurrent.CompletableFuture;

/** An object somewhere, in whatever language (Amino paper III.B, steps 3 and 4). Can be kept, and passed to other objects as an argument. */
public interface Stub {
  /** The id under which the cluster knows the object. */
  String id();

  /** The class of the object, or null when it is not known. */
  String className();

  /**
   * Calls a member and waits.
   *
   * @param arguments null, booleans, numbers, strings, byte arrays, Instants, Durations, lists, maps and sets of these, and stubs
   * @return the result in the same types; integers as Long or BigInteger
   * @throws AminoException what the object raised, or why it could not be called
   */
  Object call(String member, Object... arguments);

  /** The same without waiting; the future fails with {@link AminoException}. */
  CompletableFuture<Object> callAsync(String member, Object... arguments);

  /**
   * The object as an interface: each method calls the member of its name. A method that returns a CompletableFuture does not wait.
   *
   * @param type an interface
   */
  <T> T as(Class<T> type);
}
