package org.amino.runtime.guest.polyglot;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.amino.runtime.guest.Fixed;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestFactory.Artifact;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.GuestObject;
import org.amino.runtime.guest.InterfaceDescription;
import org.amino.runtime.guest.OutsideVariable;
import org.amino.runtime.guest.OutsideVariable.Sort;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.Protocol.Outcome;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;

/**
 * A context of a language whose prelude follows the common protocol: a table with `build`, `flatten`, `describeThrown`, `create`, `ownMember`,
 * `snapshot` and `restore`. What differs between languages is in the subclasses and the preludes.
 */
public abstract class PolyglotContext implements GuestContext {
  /** How often a context is told that a call with fixed circumstances has ended, where interruptions get in the way. */
  private static final int TRIES = 5;
  /** Permissions by which an object sees what is another on each machine. */
  private static final List<String> OUTSIDE = List.of("env", "io", "network");

  protected final Artifact artifact;
  private final Context context;
  private final Prelude prelude;
  private final Builders builders;
  private final Value flatten;
  private final Value describeThrown;
  private final Value ownMember;
  private final Map<String, Signature> members = new HashMap<>();
  private final InterfaceDescription description;
  /** What the language's prelude says of variables that no object has; null where it says nothing. */
  private final Value outside;
  private final Signature constructor;

  /**
   * @param opened the context with its prelude, in which the artifact is evaluated now
   */
  protected PolyglotContext(Opened opened) throws GuestFailure {
    artifact = opened.artifact();
    context = opened.context();
    prelude = opened.prelude();
    builders = opened.builders();
    flatten = prelude.get("flatten");
    describeThrown = prelude.get("describeThrown");
    ownMember = prelude.get("ownMember");
    outside = prelude.get("outside");
    Value offered = opened.offered();
    String name = offered.getArrayElement(0).asString();
    List<String> parameters = Signature.strings(offered.getArrayElement(2));
    constructor = new Signature("constructor", offered.getArrayElement(3).asInt(), offered.getArrayElement(4).asInt(), false, parameters, "", false);
    List<InterfaceDescription.Member> described = new ArrayList<>();
    Value rows = offered.getArrayElement(5);
    for (long i = 0; i < rows.getArraySize(); i++) {
      Signature signature = Signature.of(rows.getArrayElement(i));
      members.put(signature.name(), signature);
      described.add(signature.described());
    }
    description = new InterfaceDescription(name, offered.getArrayElement(1).asString(), List.copyOf(described), parameters);
  }

  /** What a language hands over when the artifact has been evaluated; {@code offered} is what the prelude's `offer` gave. */
  public record Opened(Artifact artifact, Context context, Prelude prelude, Builders builders, Value offered) {}

  @Override
  public final InterfaceDescription describe() {
    return description;
  }

  @Override
  public final List<String> warnings() {
    try {
      return outside == null ? List.of() : OutsideVariable.warnings(outside(outside));
    } catch (RuntimeException | StackOverflowError | LinkageError failed) {
      return List.of("it was not found out which variables of modules and classes the code changes; these are no part of the object");
    }
  }

  /**
   * The variables that the artifact's code changes and that are no part of an object.
   *
   * @param asked the prelude's function, which gives `[name, sort, file, line]` of each, or what the language needs to find them
   */
  protected List<OutsideVariable> outside(Value asked) {
    List<OutsideVariable> variables = new ArrayList<>();
    Value rows = asked.execute();
    for (long i = 0; i < rows.getArraySize(); i++) {
      Value row = rows.getArrayElement(i);
      Sort sort = Sort.valueOf(row.getArrayElement(1).asString());
      variables.add(new OutsideVariable(row.getArrayElement(0).asString(), sort, row.getArrayElement(2).asString(), row.getArrayElement(3).asInt()));
    }
    return variables;
  }

  @Override
  public final GuestObject create(String objectId, MsgpackReader args, MsgpackReader kwargs) throws GuestFailure {
    Arguments arguments;
    try {
      arguments = Arguments.read(args, kwargs, builders);
    } catch (RuntimeException | StackOverflowError thrown) {
      throw unreadable(thrown);
    }
    try {
      return new PolyglotObject(this, objectId, construct(objectId, arguments));
    } catch (RuntimeException | StackOverflowError thrown) {
      throw failure(thrown);
    }
  }

  private Value construct(String objectId, Arguments arguments) throws GuestFailure {
    if (arguments.keywords() == null) {
      constructor.check(arguments.positional().length, description.name());
    }
    Object[] positional = arguments.positional();
    Object[] all = new Object[positional.length + 1];
    all[0] = builders.string(objectId);
    System.arraycopy(positional, 0, all, 1, positional.length);
    return arguments.keywords() == null ? prelude.get("create").execute(all) : createWithKeywords(objectId, arguments, constructor);
  }

  /** Makes an instance from arguments of which some are named; for a language that has such, through its prelude. */
  protected Value createWithKeywords(String objectId, Arguments arguments, Signature signature) throws GuestFailure {
    return named("createNamed", builders.string(objectId), arguments);
  }

  /** Runs a member with arguments of which some are named. */
  protected Value callWithKeywords(Value function, Arguments arguments, Signature signature) throws GuestFailure {
    return named("callNamed", function, arguments);
  }

  private Value named(String preludeFunction, Object first, Arguments arguments) {
    Object[] names = arguments.keywords().keySet().stream().map(builders::string).toArray();
    Object[] values = arguments.keywords().values().toArray();
    return prelude.get(preludeFunction).execute(first, builders.list(arguments.positional()), builders.list(names), builders.list(values));
  }

  /** Writes a result that stands for itself without asking the prelude; false when it is another. */
  protected abstract boolean writePlain(Value result, MsgpackWriter out);

  @Override
  public final GuestObject restore(String objectId, MsgpackReader state) throws GuestFailure {
    return new PolyglotObject(this, objectId, restoreInstance(objectId, state));
  }

  final Value restoreInstance(String objectId, MsgpackReader state) throws GuestFailure {
    StateImage image = StateImage.read(state, artifact.language());
    Object data;
    try {
      data = new ValueReader(builders).read(image.data());
    } catch (RuntimeException | StackOverflowError thrown) {
      throw unreadable(thrown);
    }
    try {
      return prelude.get("restore").execute(builders.string(objectId), builders.string(image.format()), data);
    } catch (RuntimeException | StackOverflowError thrown) {
      throw failure(thrown);
    }
  }

  final void snapshot(String objectId, Value instance, MsgpackWriter out, boolean allowLossy) throws GuestFailure {
    try {
      Value taken = prelude.get("snapshot").execute(instance);
      List<String> lost = StateImage.told(Signature.strings(taken.getArrayElement(2)));
      if (!lost.isEmpty() && !allowLossy) {
        throw StateImage.notCapturable(objectId, lost);
      }
      StateImage.writeHeader(out, taken.getArrayElement(0).asString(), artifact.language(), lost);
      ValueWriter.write(out, taken.getArrayElement(1));
    } catch (RuntimeException | StackOverflowError thrown) {
      throw unwritable(thrown);
    }
  }

  /** Lets the prelude forget which object the instance was. */
  final void forget(Value instance) {
    if (prelude.get("forget") != null) {
      prelude.get("forget").executeVoid(instance);
    }
  }

  /** The signature of a member, or MEMBER_NOT_FOUND. */
  final Signature signature(String objectId, Value instance, String name) throws GuestFailure {
    Signature known = members.get(name);
    if (known != null) {
      return known;
    }
    try {
      Value own = ownMember.execute(instance, builders.string(name));
      if (!own.isNull()) {
        List<String> parameters = Signature.strings(own.getArrayElement(2));
        return new Signature(name, own.getArrayElement(0).asInt(), own.getArrayElement(1).asInt(), false, parameters, "", false);
      }
    } catch (RuntimeException thrown) {
      throw failure(thrown);
    }
    throw NearestNames.memberNotFound(objectId, description.name(), name, members.keySet());
  }

  /** The bound function behind a member. A language with properties of its own has a function in its prelude that makes one for them. */
  final Value function(Value instance, Signature signature) {
    Value properties = signature.property() ? prelude.get("property") : null;
    if (properties == null) {
      return function(instance, signature.name());
    }
    boolean sets = signature.name().endsWith("=");
    String name = sets ? signature.name().substring(0, signature.name().length() - 1) : signature.name();
    return properties.execute(instance, builders.string(name), sets);
  }

  /** The bound function behind a method. */
  protected Value function(Value instance, String name) {
    return instance.getMember(name);
  }

  final Builders builders() {
    return builders;
  }

  final String className() {
    return description.name();
  }

  final GuestPromise write(Value result, MsgpackWriter out) throws GuestFailure {
    if (writePlain(result, out)) {
      return null;
    }
    Value tree = flatten.execute(result, "result");
    boolean promise = tree.hasArrayElements() && tree.getArrayElement(0).asInt() == Tag.PROMISE;
    if (!promise) {
      ValueWriter.write(out, tree);
      return null;
    }
    GuestPromise pending = new GuestPromise();
    prelude.get("attach").executeVoid(tree.getArrayElement(1), pending);
    return pending.settledInto(out) ? null : pending;
  }

  /** What the caller is told of what the guest's code threw. */
  final GuestFailure failure(Throwable thrown) {
    return hasEnded(thrown) ? ended() : GuestErrors.outgoing(thrown, describeThrown);
  }

  /** What the caller is told of arguments that the language cannot hold. */
  final GuestFailure unreadable(Throwable thrown) {
    return (hasEnded(thrown) ? ended() : GuestErrors.refusal(thrown, describeThrown)).with(Outcome.NOT_RUN);
  }

  /** What the caller is told of a result that cannot travel, or of what the guest threw when the result was read. */
  final GuestFailure unwritable(Throwable thrown) {
    if (!hasEnded(thrown)) {
      GuestFailure refusal = GuestErrors.refusal(thrown, describeThrown);
      if (refusal.code.equals(Code.VALUE_INVALID)) {
        return refusal.with(Outcome.RAN);
      }
    }
    return failure(thrown);
  }

  private static boolean hasEnded(Throwable thrown) {
    return thrown instanceof IllegalStateException || thrown instanceof PolyglotException exception && exception.isCancelled();
  }

  private GuestFailure ended() {
    return GuestFailure.of(Code.OBJECT_LOST, "the context of artifact " + artifact.entry() + " was ended; the object's state is gone: restore it from a checkpoint");
  }

  @Override
  public final void fix(Fixed fixed) throws GuestFailure {
    for (String permission : OUTSIDE) {
      if (artifact.allow().contains(permission)) {
        throw fixed.refuse("what its kernel allows it (--allow " + permission + ")").with(Outcome.NOT_RUN);
      }
    }
    prelude.get("fix").executeVoid(true);
  }

  @Override
  public final void unfix() {
    for (int again = 0; again < TRIES; again++) {
      try {
        prelude.get("fix").executeVoid(false);
        return;
      } catch (PolyglotException stopped) {
        // An interruption that was meant for the guest's code may come a moment late.
        if (!stopped.isInterrupted()) {
          return;
        }
      } catch (IllegalStateException closed) {
        return;
      }
    }
  }

  @Override
  public final boolean interrupt(Duration patience) {
    return Interruption.of(context, patience);
  }

  @Override
  public final void close() {
    context.close(true);
  }
}
