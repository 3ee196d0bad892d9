package org.amino.runtime.guest.java;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.GuestMember;
import org.amino.runtime.guest.GuestObject;
import org.amino.runtime.guest.polyglot.NearestNames;
import org.amino.runtime.guest.polyglot.StateImage;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.WireException;

/** An instance of a Java class. Its state travels through `amino_save()` and `amino_load(state)` only. */
final class JavaObject implements GuestObject {
  private final String id;
  private final Object instance;
  private final JavaInterface type;
  private final JavaScope scope;

  JavaObject(String id, Object instance, JavaInterface type, JavaScope scope) {
    this.id = id;
    this.instance = instance;
    this.type = type;
    this.scope = scope;
  }

  @Override
  public GuestMember member(String name) throws GuestFailure {
    List<Form> forms = type.member(name);
    if (forms == null) {
      throw NearestNames.memberNotFound(id, OnlyInstance.name(type.type()), name, type.names());
    }
    return new JavaMember(instance, forms, scope);
  }

  private boolean hooked() {
    return type.hook("amino_save", 0) != null && type.hook("amino_load", 1) != null;
  }

  @Override
  public void snapshot(MsgpackWriter out, boolean allowLossy) throws GuestFailure {
    if (!hooked() && !allowLossy) {
      throw StateImage.notCapturable(id, List.of("all fields of " + OnlyInstance.name(type.type())));
    }
    Object state = hooked() ? invoke(type.hook("amino_save", 0)) : null;
    StateImage.writeHeader(out, hooked() ? "hooks" : "values", "java", hooked() ? List.of() : List.of("all fields"));
    try {
      JavaValues.write(out, state);
    } catch (WireException invalid) {
      throw GuestFailure.of(invalid.code(), "amino_save of object " + id + ": " + invalid.getMessage());
    }
  }

  @Override
  public void sync(MsgpackReader state) throws GuestFailure {
    StateImage image = StateImage.read(state, "java");
    if (!image.format().equals("hooks")) {
      return;
    }
    if (!hooked()) {
      throw StateImage.notCapturable(id, List.of("all fields of " + OnlyInstance.name(type.type())));
    }
    Method load = type.hook("amino_load", 1);
    try {
      invoke(load, Form.of(load, new ClassBodies()).converted(0, new JavaDecoder(scope.calls()).read(image.data())));
    } catch (WireException | Conversion.Mismatch invalid) {
      throw GuestFailure.of(Code.VALUE_INVALID, "amino_load of object " + id + ": " + invalid.getMessage());
    }
  }

  private Object invoke(Method method, Object... arguments) throws GuestFailure {
    Entered entered = scope.enter();
    try {
      return method.invoke(instance, arguments);
    } catch (InvocationTargetException thrown) {
      throw JavaErrors.thrown(thrown.getCause());
    } catch (IllegalAccessException hidden) {
      throw GuestFailure.of(Code.ARTIFACT_INVALID, "the class " + type.type().getName() + " is not public; make it so");
    } finally {
      entered.close();
    }
  }

  /** The instance is dropped with this wrapper. */
  @Override
  public void discard() {}
}
