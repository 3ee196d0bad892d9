package org.amino.runtime.guest.ruby;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.OutsideVariable;
import org.amino.runtime.guest.polyglot.ArtifactFileSystem;
import org.amino.runtime.guest.polyglot.PlainResults;
import org.amino.runtime.guest.polyglot.PolyglotContext;
import org.amino.runtime.guest.polyglot.Signature;
import org.amino.runtime.wire.MsgpackWriter;
import org.graalvm.polyglot.Value;

/** A context of Ruby. */
public final class RubyContext extends PolyglotContext {
  private final Value member;
  private final ArtifactFileSystem files;

  RubyContext(Opened opened, ArtifactFileSystem files) throws GuestFailure {
    super(opened);
    this.files = files;
    member = opened.prelude().get("member");
  }

  /** The prelude answers the name of the module that is the object, or an empty one, and the files that were loaded. */
  @Override
  protected List<OutsideVariable> outside(Value asked) {
    List<String> told = Signature.strings(asked.execute());
    RubyVariables variables = new RubyVariables();
    for (String path : told.subList(1, told.size())) {
      try {
        variables.read(path.replaceFirst("^/artifact/", ""), files.text(path));
      } catch (IOException gone) {
        throw new UncheckedIOException(gone);
      }
    }
    return variables.found(told.get(0));
  }

  /** A string may hold bytes; only the prelude can tell. */
  @Override
  protected boolean writePlain(Value result, MsgpackWriter out) {
    return PlainResults.write(result, out);
  }

  /** A top-level method is private, and reading a member would not find it. */
  @Override
  protected Value function(Value instance, String name) {
    Value found = instance.getMember(name);
    return found == null || !found.canExecute() ? member.execute(instance, name) : found;
  }
}
