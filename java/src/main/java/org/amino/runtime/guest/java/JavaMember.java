package org.amino.runtime.guest.java;

import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.GuestMember;
import org.amino.runtime.guest.ObjectCalls;
import org.amino.runtime.guest.PendingResult;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.Protocol.Outcome;
import org.amino.runtime.wire.WireException;

/** The public methods of one name, bound to an instance. */
final class JavaMember implements GuestMember {
  private final Object instance;
  private final List<Form> forms;
  private final JavaScope scope;

  JavaMember(Object instance, List<Form> forms, JavaScope scope) {
    this.instance = instance;
    this.forms = forms;
    this.scope = scope;
  }

  @Override
  public PendingResult call(MsgpackReader args, MsgpackReader kwargs, MsgpackWriter out) throws GuestFailure {
    Object result = Foreign.awaited(invoke(match(args, kwargs)));
    if (result instanceof CompletionStage<?> stage) {
      return new JavaPending(stage, scope.calls());
    }
    try {
      JavaValues.write(out, result);
      return null;
    } catch (WireException invalid) {
      throw GuestFailure.of(invalid.code(), invalid.getMessage()).with(Outcome.RAN);
    }
  }

  private Overloads.Match match(MsgpackReader args, MsgpackReader kwargs) throws GuestFailure {
    try {
      String shown = OnlyInstance.name(instance.getClass()) + "." + forms.get(0).executable().getName();
      return Overloads.choose(forms, list(args, scope.calls()), map(kwargs, scope.calls()), shown);
    } catch (WireException invalid) {
      throw GuestFailure.of(invalid.code(), invalid.getMessage()).with(Outcome.NOT_RUN);
    } catch (LinkageError broken) {
      throw JavaErrors.thrown(broken).with(Outcome.NOT_RUN);
    }
  }

  private Object invoke(Overloads.Match match) throws GuestFailure {
    Entered entered = scope.enter();
    try {
      return match.form().suspending() ? suspending(match) : match.call(instance, null);
    } catch (InvocationTargetException thrown) {
      throw JavaErrors.thrown(thrown.getCause());
    } catch (ReflectiveOperationException hidden) {
      throw GuestFailure.of(Code.ARTIFACT_INVALID, "the class " + instance.getClass().getName() + " is not public; make it so");
    } finally {
      entered.close();
    }
  }

  private Object suspending(Overloads.Match match) throws ReflectiveOperationException {
    Class<?>[] types = match.form().executable().getParameterTypes();
    KotlinCoroutine coroutine = new KotlinCoroutine(types[types.length - 1], scope);
    return coroutine.outcome(match.call(instance, coroutine.continuation()));
  }

  static List<Object> list(MsgpackReader args, ObjectCalls calls) {
    int count = args.readArrayHeader();
    List<Object> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      values.add(new JavaDecoder(calls).read(args));
    }
    return values;
  }

  /** Named arguments, or null when there are none. */
  static Map<String, Object> map(MsgpackReader kwargs, ObjectCalls calls) {
    int count = kwargs == null ? 0 : kwargs.readMapHeader();
    Map<String, Object> named = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      named.put(kwargs.readString(), new JavaDecoder(calls).read(kwargs));
    }
    return count == 0 ? null : named;
  }

  @Override
  public boolean readOnly() {
    return JavaInterface.readOnly(forms);
  }
}
