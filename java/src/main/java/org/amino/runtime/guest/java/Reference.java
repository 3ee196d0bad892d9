package org.amino.runtime.guest.java;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.amino.AminoException;
import org.amino.Stub;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.ObjectCalls;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.WireException;

/** Another object. References to the same object are equal. */
public final class Reference implements Stub {
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

  @Override
  public String id() {
    return id;
  }

  @Override
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

  @Override
  public Object call(String member, Object... arguments) {
    try {
      return decode(calls.call(id, member, JavaValues.encodeAll(arguments), null));
    } catch (GuestFailure failure) {
      throw new AminoException(failure);
    } catch (WireException invalid) {
      throw invalid(member, invalid);
    }
  }

  @Override
  public CompletableFuture<Object> callAsync(String member, Object... arguments) {
    byte[] encoded;
    try {
      encoded = JavaValues.encodeAll(arguments);
    } catch (WireException invalid) {
      return CompletableFuture.failedFuture(invalid(member, invalid));
    }
    return calls.callAsync(id, member, encoded, null).handle((value, failure) -> {
      if (failure instanceof GuestFailure known) {
        throw new AminoException(known);
      }
      if (failure != null) {
        throw new CompletionException(failure);
      }
      return decode(value);
    });
  }

  private AminoException invalid(String member, WireException invalid) {
    return new AminoException(GuestFailure.of(invalid.code(), "a call of " + member + " of " + this + ": " + invalid.getMessage()));
  }

  private Object decode(byte[] encoded) {
    return JavaDecoder.decode(encoded, calls);
  }

  @Override
  public <T> T as(Class<T> type) {
    if (type.isInstance(this)) {
      return type.cast(this);
    }
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, new View(this)));
  }

  /** The reference behind what {@link #as} gave, or null for anything else. */
  static Reference behind(Object value) {
    return Proxy.isProxyClass(value.getClass()) && Proxy.getInvocationHandler(value) instanceof View view ? view.reference : null;
  }

  /** An object as an interface. */
  private record View(Reference reference) implements InvocationHandler {
    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) {
      Object[] given = arguments == null ? new Object[0] : arguments;
      if (method.getDeclaringClass() == Object.class) {
        return switch (method.getName()) {
          case "hashCode" -> reference.hashCode();
          case "equals" -> given[0] != null && reference.equals(behind(given[0]));
          default -> reference.toString();
        };
      }
      Type result = method.getGenericReturnType();
      if (method.getReturnType().isAssignableFrom(CompletableFuture.class) && CompletionStage.class.isAssignableFrom(method.getReturnType())) {
        Type inner = result instanceof ParameterizedType parameterized ? parameterized.getActualTypeArguments()[0] : Object.class;
        return reference.callAsync(method.getName(), given).thenApply(answer -> Conversion.to(answer, inner));
      }
      Object answer = reference.call(method.getName(), given);
      return method.getReturnType() == void.class ? null : converted(method, answer);
    }

    private Object converted(Method method, Object answer) {
      try {
        return Conversion.to(answer, method.getGenericReturnType());
      } catch (Conversion.Mismatch mismatch) {
        throw new AminoException(GuestFailure.of(Code.VALUE_INVALID, "the result of " + method.getName() + " of " + reference + ": " + mismatch.getMessage()));
      }
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
