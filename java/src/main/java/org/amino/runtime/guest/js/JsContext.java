package org.amino.runtime.guest.js;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.OutsideVariable;
import org.amino.runtime.guest.polyglot.Arguments;
import org.amino.runtime.guest.polyglot.PolyglotContext;
import org.amino.runtime.guest.polyglot.Signature;
import org.amino.runtime.wire.MsgpackWriter;
import org.graalvm.polyglot.Value;

/** A context of JavaScript. */
public final class JsContext extends PolyglotContext {
  private final Value create;
  private final ModuleFileSystem files;

  JsContext(Opened opened, ModuleFileSystem files) throws GuestFailure {
    super(opened);
    this.files = files;
    create = opened.prelude().get("create");
  }

  @Override
  protected Value createWithKeywords(String objectId, Arguments arguments, Signature signature) throws GuestFailure {
    Object[] ordered = arguments.inOrder(signature, describe().name());
    Object[] all = new Object[ordered.length + 1];
    all[0] = objectId;
    System.arraycopy(ordered, 0, all, 1, ordered.length);
    return create.execute(all);
  }

  @Override
  protected Value callWithKeywords(Value function, Arguments arguments, Signature signature) throws GuestFailure {
    return function.execute(arguments.inOrder(signature, describe().name()));
  }

  /** The prelude names the files of CommonJS that were loaded; null where the class says itself what is its state. */
  @Override
  protected List<OutsideVariable> outside(Value asked) {
    Value scripts = asked.execute();
    if (scripts.isNull()) {
      return List.of();
    }
    Map<String, Boolean> modules = new LinkedHashMap<>();
    files.imported().forEach(path -> modules.put(path, true));
    Signature.strings(scripts).forEach(path -> modules.put(path, false));
    List<OutsideVariable> found = new ArrayList<>();
    modules.forEach((path, module) -> {
      if (!path.contains("/node_modules/")) {
        found.addAll(JsVariables.of(files, path, module));
      }
    });
    return found;
  }

  @Override
  protected boolean writePlain(Value result, MsgpackWriter out) {
    if (result.isNumber()) {
      return writeNumber(result, out);
    }
    if (result.isString()) {
      out.writeString(result.asString());
      return true;
    }
    if (result.isNull()) {
      out.writeNil();
      return true;
    }
    if (result.isBoolean()) {
      out.writeBoolean(result.asBoolean());
      return true;
    }
    return false;
  }

  /** Beyond 2^53 a number and a BigInt travel differently; the prelude tells them apart. */
  private static boolean writeNumber(Value number, MsgpackWriter out) {
    if (number.fitsInInt()) {
      out.writeLong(number.asInt());
      return true;
    }
    if (number.fitsInLong()) {
      long value = number.asLong();
      if (value < -JsBuilders.SAFE || value > JsBuilders.SAFE) {
        return false;
      }
      out.writeLong(value);
      return true;
    }
    if (!number.fitsInDouble()) {
      return false;
    }
    double value = number.asDouble();
    if (Double.isFinite(value) && Math.abs(value) > JsBuilders.SAFE) {
      return false;
    }
    out.writeDouble(value);
    return true;
  }
}
