package org.amino.runtime.guest.java;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.amino.runtime.guest.Fixed;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.GuestObject;
import org.amino.runtime.guest.InterfaceDescription;
import org.amino.runtime.guest.ObjectCalls;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.Protocol.Outcome;
import org.amino.runtime.wire.WireException;

/** An artifact's class, loaded by its own class loader. */
final class JavaContext implements GuestContext {
  private final JavaInterface type;
  private final ArtifactClasses classes;
  private final JavaScope scope;
  private final OnlyInstance only;

  JavaContext(ArtifactClasses classes, Class<?> entry, ObjectCalls calls) throws ReflectiveOperationException {
    this.classes = classes;
    this.only = OnlyInstance.of(entry);
    this.type = new JavaInterface(entry);
    this.scope = new JavaScope(calls, new RunningThreads(), classes);
  }

  @Override
  public InterfaceDescription describe() {
    return type.describe();
  }

  private GuestObject object(String id, Object instance) {
    return new JavaObject(id, instance, type, scope);
  }

  @Override
  public GuestObject create(String objectId, MsgpackReader args, MsgpackReader kwargs) throws GuestFailure {
    Entered entered = scope.enter();
    try {
      return object(objectId, construct(JavaMember.list(args, scope.calls()), JavaMember.map(kwargs, scope.calls()), true));
    } catch (WireException invalid) {
      throw GuestFailure.of(invalid.code(), invalid.getMessage());
    } catch (LinkageError broken) {
      throw JavaErrors.thrown(broken);
    } finally {
      entered.close();
    }
  }

  private Object construct(List<Object> positional, Map<String, Object> named, boolean anew) throws GuestFailure {
    if (only != null && positional.isEmpty() && named == null) {
      return only.take(anew);
    }
    Overloads.Match match = Overloads.choose(type.constructors(), positional, named, "new " + OnlyInstance.name(type.type()));
    Entered entered = scope.enter();
    try {
      return match.call(null, null);
    } catch (InvocationTargetException thrown) {
      throw JavaErrors.thrown(thrown.getCause());
    } catch (ReflectiveOperationException impossible) {
      throw GuestFailure.of(Code.ARTIFACT_INVALID, "class " + type.type().getName() + " cannot be instantiated: make it public and not abstract");
    } finally {
      entered.close();
    }
  }

  @Override
  public GuestObject restore(String objectId, MsgpackReader state) throws GuestFailure {
    GuestObject object = object(objectId, construct(List.of(), null, false));
    object.sync(state);
    return object;
  }

  /** What cannot be served is looked for in the artifact's own classes. */
  @Override
  public void fix(Fixed fixed) throws GuestFailure {
    for (Map.Entry<String, String> called : classes.refused().entrySet()) {
      throw fixed.refuse(called.getKey() + ", in class " + called.getValue()).with(Outcome.NOT_RUN);
    }
  }

  @Override
  public boolean interrupt(Duration patience) {
    return scope.running().interrupt(patience);
  }

  @Override
  public void close() {
    scope.running().interrupt(Duration.ZERO);
    try {
      classes.close();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
