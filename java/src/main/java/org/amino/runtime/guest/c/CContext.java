package org.amino.runtime.guest.c;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.amino.runtime.guest.Fixed;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestFactory.Artifact;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.GuestObject;
import org.amino.runtime.guest.InterfaceDescription;
import org.amino.runtime.guest.ObjectCalls;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.Protocol.Outcome;

/** The context of a compiled artifact: makes a module for each object. Subclasses say how. */
public abstract class CContext implements GuestContext {
  private static final String MEMBER = "amino_member_";
  private static final String READ_ONLY = "amino_read_only_";
  private static final String CREATE = "amino_create";
  private static final String PAGE = " (docs/webassembly.md has the rules)";

  private final Artifact artifact;
  private final ObjectCalls calls;
  private final Map<String, CSignature> signatures = new TreeMap<>();
  private CSignature constructor;
  private boolean hooked;
  private InterfaceDescription description;
  /** The first module, made to be asked for its interface; the first object takes it. */
  private CInstance spare;

  protected CContext(Artifact artifact, ObjectCalls calls) {
    this.artifact = artifact;
    this.calls = calls;
  }

  /** Loads the module once more, with memory of its own. */
  protected abstract CModule instantiate(HostFunction host) throws GuestFailure;

  /** The type of an exported function, such as `(i32) -> i64`; null where the road does not tell. */
  protected String typeOf(String export) {
    return null;
  }

  /** Reads the interface; called once, when the subclass is ready to instantiate. */
  protected final void inspect() throws GuestFailure {
    try {
      spare = fresh();
      for (String export : spare.module().exports()) {
        if (export.startsWith(MEMBER)) {
          addMember(export.substring(MEMBER.length()), CObject.text(spare, export));
        }
      }
      hooked = hooks();
      describeAs(spare.module().exports().contains("amino_class") ? CObject.text(spare, "amino_class") : artifact.entry().replaceAll("^.*/|\\.[^.]*$", ""));
    } catch (RuntimeException thrown) {
      throw CErrors.of(thrown, artifact.entry());
    }
  }

  /** C++ exports the hooks for each class and says by `amino_hooks` whether this class has them. */
  private boolean hooks() {
    Set<String> exports = spare.module().exports();
    boolean both = exports.containsAll(List.of("amino_save", "amino_load"));
    return both && (!exports.contains("amino_hooks") || spare.execute("amino_hooks").asInt() != 0);
  }

  private void addMember(String name, String text) throws GuestFailure {
    CSignature signature = CSignature.parse(name, text, spare.module().exports().contains(READ_ONLY + name));
    requireExports(signature);
    if (name.equals(CREATE)) {
      constructor = signature;
    } else if (!name.startsWith("_")) {
      signatures.put(name, signature);
      if (signature.writable()) {
        signatures.put(name + "=", signature.setter());
      }
    }
  }

  /** What a call of the member needs is there, with the types that its description says. */
  private void requireExports(CSignature signature) throws GuestFailure {
    Set<String> exports = spare.module().exports();
    String description = "its export " + MEMBER + signature.name();
    if (spare.module().function(signature.function()) == null) {
      throw invalid(description + " describes the function " + signature.function() + ", which it does not export");
    }
    String type = typeOf(signature.function());
    if (type != null && !type.equals(signature.wasmType())) {
      throw invalid(description + " says that " + signature.function() + " is " + signature.wasmType() + ", but its type is " + type);
    }
    for (String needed : List.of("amino_allocate", "amino_release")) {
      if (signature.takesMemory() && !exports.contains(needed)) {
        throw invalid("it lacks the export " + needed + ", through which member " + signature.name() + " is given its arguments");
      }
    }
  }

  private GuestFailure invalid(String why) {
    return GuestFailure.of(Code.ARTIFACT_INVALID, "artifact " + artifact.entry() + " cannot be an object: " + why + PAGE);
  }

  private void describeAs(String nameAndDoc) throws GuestFailure {
    if (signatures.isEmpty()) {
      throw invalid("it exports no member, which is a function with its description " + MEMBER + "<name>; in C write it with AMINO_MEMBER of amino.h");
    }
    String[] parts = nameAndDoc.split("\n", 2);
    List<InterfaceDescription.Member> members = new ArrayList<>();
    signatures.values().forEach(signature -> members.add(signature.described()));
    List<String> parameters = constructor == null ? List.of() : constructor.parameters();
    description = new InterfaceDescription(parts[0], parts.length > 1 ? parts[1] : "", List.copyOf(members), parameters);
  }

  private CInstance fresh() throws GuestFailure {
    HostFunction host = new HostFunction(calls);
    return new CInstance(instantiate(host), host);
  }

  private CInstance next() throws GuestFailure {
    CInstance taken = spare == null ? fresh() : spare;
    spare = null;
    return taken;
  }

  @Override
  public final InterfaceDescription describe() {
    return description;
  }

  @Override
  public final GuestObject create(String objectId, MsgpackReader args, MsgpackReader kwargs) throws GuestFailure {
    CObject object = new CObject(this, objectId, next());
    try {
      construct(object, args, kwargs);
      return object;
    } catch (GuestFailure failure) {
      object.discard();
      throw failure;
    } catch (RuntimeException thrown) {
      object.discard();
      throw CErrors.of(thrown, objectId);
    }
  }

  /** A constructor's parameters may be left out all together: then its globals stay as they are declared. */
  private void construct(CObject object, MsgpackReader args, MsgpackReader kwargs) throws GuestFailure {
    int from = args.position();
    int given = args.readArrayHeader();
    args.seek(from);
    boolean named = hasEntries(kwargs);
    if (constructor != null && (given > 0 || named || constructor.packed() || constructor.types().isEmpty())) {
      CMember.run(object.instance(), constructor, description.name(), args, kwargs, null);
    } else if (given > 0 || named) {
      throw GuestFailure.of(Code.ARGUMENT_INVALID, description.name() + " has no constructor (amino_create), so it takes no arguments");
    }
  }

  private static boolean hasEntries(MsgpackReader kwargs) {
    if (kwargs == null) {
      return false;
    }
    int from = kwargs.position();
    int entries = kwargs.readMapHeader();
    kwargs.seek(from);
    return entries > 0;
  }

  @Override
  public final GuestObject restore(String objectId, MsgpackReader state) throws GuestFailure {
    CObject object = new CObject(this, objectId, next());
    try {
      object.sync(state);
      return object;
    } catch (GuestFailure failure) {
      object.discard();
      throw failure;
    }
  }

  /** A module has no clock and no random numbers but those that it asks the host for, which knows what runs. */
  @Override
  public final void fix(Fixed fixed) throws GuestFailure {
    if (!artifact.language().equals("wasm")) {
      throw fixed.refuse("fixed circumstances, which native code cannot be given").with(Outcome.NOT_RUN);
    }
  }

  final Map<String, CSignature> signatures() {
    return signatures;
  }

  final boolean hooked() {
    return hooked;
  }

  final String language() {
    return artifact.language();
  }

  final String hash() {
    return artifact.hash();
  }
}
