package org.amino.runtime.guest.c;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestFactory.Artifact;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.GuestObject;
import org.amino.runtime.guest.InterfaceDescription;
import org.amino.runtime.guest.ObjectCalls;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.Protocol.Code;

/** The context of a compiled artifact: makes a module for each object. Subclasses say how. */
public abstract class CContext implements GuestContext {
  private static final String MEMBER = "amino_member_";
  private static final String READ_ONLY = "amino_read_only_";
  private static final String CREATE = "amino_create";

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

  /** Reads the interface; called once, when the subclass is ready to instantiate. */
  protected final void inspect() throws GuestFailure {
    spare = fresh();
    try {
      for (String export : spare.module().exports()) {
        if (export.startsWith(MEMBER)) {
          addMember(export.substring(MEMBER.length()), CObject.text(spare, export));
        }
      }
      hooked = spare.module().exports().containsAll(List.of("amino_save", "amino_load"));
      describeAs(spare.module().exports().contains("amino_class") ? CObject.text(spare, "amino_class") : artifact.entry().replaceAll("^.*/|\\.[^.]*$", ""));
    } catch (RuntimeException thrown) {
      throw CErrors.of(thrown, artifact.entry());
    }
  }

  private void addMember(String name, String text) throws GuestFailure {
    CSignature signature = CSignature.parse(name, text, spare.module().exports().contains(READ_ONLY + name));
    if (name.equals(CREATE)) {
      constructor = signature;
    } else if (!name.startsWith("_")) {
      signatures.put(name, signature);
    }
  }

  private void describeAs(String nameAndDoc) throws GuestFailure {
    if (signatures.isEmpty()) {
      throw GuestFailure.of(Code.ARTIFACT_INVALID, "artifact " + artifact.entry() + " exports no members; write them with AMINO_MEMBER of sdk/c/amino.h");
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
    if (constructor != null && (given > 0 || constructor.types().isEmpty())) {
      CMember.run(object.instance(), constructor, description.name(), args, kwargs, null);
    } else if (given > 0) {
      throw GuestFailure.of(Code.ARGUMENT_INVALID, description.name() + " has no AMINO_CREATE, so it takes no arguments, but was given " + given);
    }
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
