package org.amino.runtime.guest.java;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.ObjectCalls;
import org.amino.runtime.wire.MsgpackReader;

/** Another object. References to the same object are equal. */
public final class Reference {
  private final String id;
  private final String className;
  private final long epoch;
  private final String address;
  private final ObjectCalls calls;

  Reference(String id, String className, long epoch, String address, ObjectCalls calls) {
    this.id = id;
    this.className = className;
    this.epoch = epoch;
    this.address = address;
    this.calls = calls;
  }

  public String id() {
    return id;
  }

  /** The class of the object, or null when it is not known. */
  public String className() {
    return className;
  }

  public long epoch() {
    return epoch;
  }

  /** Where the object was last seen, or null. */
  public String address() {
    return address;
  }

  /**
   * Calls a method and waits.
   *
   * @throws GuestFailure what the object raised, or why it could not be called
   */
  public Object call(String method, Object... arguments) throws GuestFailure {
    return decode(calls.call(id, method, JavaValues.encodeAll(arguments), null));
  }

  /** The same without waiting. */
  public CompletableFuture<Object> callAsync(String method, Object... arguments) {
    return calls.callAsync(id, method, JavaValues.encodeAll(arguments), null).thenApply(this::decode);
  }

  private Object decode(byte[] encoded) {
    return new JavaDecoder(calls).read(new MsgpackReader(encoded));
  }

  /** A view of the object as an interface: each of its methods calls the object's of the same name, and throws {@link AminoException}. */
  public <T> T as(Class<T> type) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> invoke(method, arguments)));
  }

  private Object invoke(Method method, Object[] arguments) {
    Object[] given = arguments == null ? new Object[0] : arguments;
    if (method.getDeclaringClass() == Object.class) {
      return switch (method.getName()) {
        case "hashCode" -> hashCode();
        case "equals" -> given[0] != null && Proxy.isProxyClass(given[0].getClass()) && given[0].hashCode() == hashCode();
        default -> toString();
      };
    }
    try {
      Object answer = call(method.getName(), given);
      return method.getReturnType() == void.class ? null : Conversion.to(answer, method.getGenericReturnType());
    } catch (GuestFailure failure) {
      throw new AminoException(failure);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Reference reference && reference.id.equals(id);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(new Object[] {id});
  }

  @Override
  public String toString() {
    return "reference to " + (className == null ? "object" : className) + " " + id;
  }
}
