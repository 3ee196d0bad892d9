package org.amino.runtime.guest.java;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * A call of a Kotlin function that may suspend. Where the library kotlinx.coroutines is in the artifact, the function goes on in its context, as code of
 * this object, when what it waits for is there; without it on the thread that resumes it.
 */
final class KotlinCoroutine implements InvocationHandler {
  private static final String SUSPENDED = "COROUTINE_SUSPENDED";
  private final CompletableFuture<Object> result = new CompletableFuture<>();
  private final Object context;
  private final Object continuation;

  /**
   * @param type the interface of continuations that the function knows
   */
  KotlinCoroutine(Class<?> type, JavaScope scope) throws ReflectiveOperationException {
    this.context = context(type.getClassLoader(), scope);
    this.continuation = Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, this);
  }

  private static Object context(ClassLoader library, JavaScope scope) throws ReflectiveOperationException {
    Executor executor = task -> scope.calls().enter(() -> {
      Entered entered = scope.enter();
      try {
        task.run();
      } finally {
        entered.close();
      }
    });
    try {
      return Class.forName("kotlinx.coroutines.ExecutorsKt", true, library).getMethod("from", Executor.class).invoke(null, executor);
    } catch (ClassNotFoundException without) {
      return Class.forName("kotlin.coroutines.EmptyCoroutineContext", true, library).getField("INSTANCE").get(null);
    }
  }

  /** What the function takes as its last argument. */
  Object continuation() {
    return continuation;
  }

  /** What the function answered: its result, or a future where it has suspended. */
  Object outcome(Object answer) {
    boolean suspended = answer instanceof Enum<?> constant && constant.name().equals(SUSPENDED)
        && constant.getDeclaringClass().getName().equals("kotlin.coroutines.intrinsics.CoroutineSingletons");
    return suspended ? result : answer;
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws ReflectiveOperationException {
    return switch (method.getName()) {
      case "getContext" -> context;
      case "resumeWith" -> resume(arguments[0]);
      case "equals" -> proxy == arguments[0];
      case "hashCode" -> System.identityHashCode(proxy);
      default -> "a call of an object";
    };
  }

  /** Kotlin passes a failure as an instance of a class that only its library knows. */
  private Object resume(Object outcome) throws ReflectiveOperationException {
    if (outcome != null && outcome.getClass().getName().equals("kotlin.Result$Failure")) {
      result.completeExceptionally((Throwable) outcome.getClass().getField("exception").get(outcome));
    } else {
      result.complete(outcome);
    }
    return null;
  }
}
