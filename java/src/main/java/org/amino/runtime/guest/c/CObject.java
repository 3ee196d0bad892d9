package org.amino.runtime.guest.c;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.GuestMember;
import org.amino.runtime.guest.GuestObject;
import org.amino.runtime.guest.polyglot.NearestNames;
import org.amino.runtime.guest.polyglot.StateImage;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol.Code;

/** An object written in C: its own instance of the module, so that its globals are its state. */
final class CObject implements GuestObject {
  private final CContext context;
  private final String id;
  private CInstance instance;

  CObject(CContext context, String id, CInstance instance) {
    this.context = context;
    this.id = id;
    this.instance = instance;
    instance.belongTo(id, context.describe().name());
  }

  String id() {
    return id;
  }

  String className() {
    return context.describe().name();
  }

  CInstance instance() throws GuestFailure {
    if (instance == null) {
      throw GuestFailure.of(Code.OBJECT_NOT_FOUND, "object " + id + " was discarded");
    }
    return instance;
  }

  @Override
  public GuestMember member(String name) throws GuestFailure {
    CSignature signature = context.signatures().get(name);
    if (signature == null) {
      throw NearestNames.memberNotFound(id, className(), name, context.signatures().keySet());
    }
    return new CMember(this, signature);
  }

  @Override
  public void snapshot(MsgpackWriter out, boolean allowLossy) throws GuestFailure {
    try {
      if (context.hooked()) {
        saveThroughHooks(out);
      } else {
        saveMemory(out, allowLossy);
      }
    } catch (RuntimeException thrown) {
      throw CErrors.of(thrown, id);
    }
  }

  private void saveThroughHooks(MsgpackWriter out) throws GuestFailure {
    byte[] octets;
    try {
      long address = instance().module().address(instance().execute("amino_save"));
      octets = address == 0 ? new byte[0] : CValues.octets(instance(), address);
    } finally {
      instance().endCall();
    }
    StateImage.writeHeader(out, "hooks", context.language(), List.of());
    out.writeMapHeader(2);
    out.writeString("bytes");
    out.writeBytes(octets);
    writeReferences(out);
  }

  private void saveMemory(MsgpackWriter out, boolean allowLossy) throws GuestFailure {
    CModule module = instance().module();
    byte[] memory = module.memory();
    List<String> lost = memory == null ? List.of("native memory (write AMINO_SAVE and AMINO_LOAD)") : module.uncapturable();
    if (!lost.isEmpty() && !allowLossy) {
      throw StateImage.notCapturable(id, lost);
    }
    StateImage.writeHeader(out, "memory", context.language(), memory == null ? List.of("native memory") : lost);
    out.writeMapHeader(5);
    out.writeString("artifact");
    out.writeString(context.hash());
    out.writeString("size");
    out.writeLong(memory == null ? 0 : memory.length);
    out.writeString("pages");
    MemoryImage.write(out, memory == null ? new byte[0] : memory);
    long[] globals = module.globals();
    out.writeString("globals");
    out.writeArrayHeader(globals.length);
    for (long bits : globals) {
      out.writeLong(bits);
    }
    writeReferences(out);
  }

  private void writeReferences(MsgpackWriter out) throws GuestFailure {
    out.writeString("references");
    out.writeArrayHeader(instance().references().all().size());
    for (byte[] reference : instance().references().all()) {
      out.writeRaw(reference);
    }
  }

  @Override
  public void sync(MsgpackReader state) throws GuestFailure {
    StateImage image = StateImage.read(state, context.language());
    try {
      load(image);
    } catch (RuntimeException thrown) {
      throw CErrors.of(thrown, id);
    }
  }

  private void load(StateImage image) throws GuestFailure {
    MsgpackReader data = image.data();
    byte[] octets = null;
    byte[] memory = null;
    long[] globals = new long[0];
    long size = 0;
    int entries = data.readMapHeader();
    for (int i = 0; i < entries; i++) {
      String key = data.readString();
      switch (key) {
        case "bytes" -> octets = data.readBytes();
        case "artifact" -> requireSame(data.readString());
        case "size" -> size = data.readLong();
        case "pages" -> memory = MemoryImage.read(data, size);
        case "globals" -> globals = readGlobals(data);
        case "references" -> instance().references().replace(readReferences(data));
        default -> data.skip();
      }
    }
    if (octets != null) {
      loadThroughHooks(octets);
    } else if (memory != null && memory.length > 0) {
      instance().module().restoreMemory(memory);
      instance().module().restoreGlobals(globals);
    }
  }

  private void requireSame(String hash) throws GuestFailure {
    if (!hash.equals(context.hash())) {
      throw GuestFailure.of(Code.VALUE_INVALID, "the state is the memory of another build of the artifact; move such objects with AMINO_SAVE and AMINO_LOAD");
    }
  }

  private static long[] readGlobals(MsgpackReader data) {
    long[] bits = new long[Math.min(data.readArrayHeader(), data.remaining())];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = data.readLong();
    }
    return bits;
  }

  private static List<byte[]> readReferences(MsgpackReader data) {
    List<byte[]> references = new ArrayList<>();
    int count = data.readArrayHeader();
    for (int i = 0; i < count; i++) {
      int from = data.position();
      data.skip();
      int length = data.position() - from;
      data.seek(from);
      references.add(data.readRaw(length));
    }
    return references;
  }

  private void loadThroughHooks(byte[] octets) throws GuestFailure {
    List<Long> taken = CValues.taking();
    try {
      instance().execute("amino_load", instance().place(CValues.withSize(octets), taken));
    } finally {
      instance().release(taken);
      instance().endCall();
    }
  }

  @Override
  public void discard() {
    if (instance != null) {
      instance.module().close();
      instance = null;
    }
  }

  /** A text that an exported function without parameters gives. */
  static String text(CInstance instance, String function) {
    long address = instance.module().address(instance.execute(function));
    return address == 0 ? "" : new String(instance.module().read(address, instance.module().textSize(address)), StandardCharsets.UTF_8);
  }
}
