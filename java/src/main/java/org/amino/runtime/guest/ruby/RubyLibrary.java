package org.amino.runtime.guest.ruby;

import java.util.regex.Pattern;
import org.amino.runtime.guest.polyglot.Preludes;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;

/** Evaluates a file of the folder `ruby/library`, by its name without ending, in the context that asks. */
final class RubyLibrary implements ProxyExecutable {
  /** No name leads out of the folder. */
  private static final Pattern NAME = Pattern.compile("[a-z0-9_]+(/[a-z0-9_]+)*");

  private final Context context;

  RubyLibrary(Context context) {
    this.context = context;
  }

  @Override
  public Object execute(Value... arguments) {
    String name = arguments[0].asString();
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("there is no file " + name);
    }
    context.eval(Preludes.source("ruby", "ruby/library/" + name + ".rb"));
    return true;
  }
}
