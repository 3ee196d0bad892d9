package org.amino.runtime.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.amino.runtime.guest.polyglot.PolyglotGuests;
import org.amino.runtime.wire.EncodedValue;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.PlainValue;
import org.amino.runtime.wire.Protocol;

/** A single-threaded kernel for tests: contexts of real guests, objects by id, calls between them. */
public final class Workbench implements ObjectCalls, AutoCloseable {
  /** One engine for all tests: starting a language costs seconds. */
  private static final GuestFactory GUESTS = new PolyglotGuests();

  public final List<String> log = new ArrayList<>();
  public final Map<String, GuestObject> objects = new HashMap<>();
  public final List<Runnable> tasks = new ArrayList<>();
  private final Map<String, GuestFailure> failures = new HashMap<>();
  private final List<GuestContext> contexts = new ArrayList<>();
  private final Path folder;
  private final GuestFactory guests;
  private String current;

  /**
   * @param folder where artifacts are written
   */
  public Workbench(Path folder) {
    this(folder, GUESTS);
  }

  /**
   * @param folder where artifacts are written
   * @param guests where contexts come from
   */
  public Workbench(Path folder, GuestFactory guests) {
    this.folder = folder;
    this.guests = guests;
  }

  public static boolean has(String language) {
    return GUESTS.languages().contains(language);
  }

  public Workbench file(String name, String text) throws IOException {
    Path path = folder.resolve(name);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
    return this;
  }

  public GuestContext open(String language, String entry, String... allow) throws GuestFailure {
    return open(new GuestFactory.Artifact("hash", language, folder, entry, null, List.of(allow)));
  }

  public GuestContext open(GuestFactory.Artifact artifact) throws GuestFailure {
    GuestContext context = guests.open(artifact, this);
    contexts.add(context);
    return context;
  }

  public static MsgpackReader encoded(Object... values) {
    return new MsgpackReader(PlainValue.encode(Arrays.asList(values)));
  }

  public GuestObject create(GuestContext context, String id, Object... args) throws GuestFailure {
    GuestObject object = context.create(id, encoded(args), null);
    objects.put(id, object);
    return object;
  }

  /** From now on, every call to that id fails so. */
  public void fail(String id, GuestFailure failure) {
    failures.put(id, failure);
  }

  public Object call(GuestObject object, String member, Object... args) throws GuestFailure {
    return plain(callEncoded(object, member, PlainValue.encode(Arrays.asList(args)), null));
  }

  public Object callNamed(GuestObject object, String member, Map<String, Object> named, Object... args) throws GuestFailure {
    return plain(callEncoded(object, member, PlainValue.encode(Arrays.asList(args)), PlainValue.encode(named)));
  }

  /** Calls with one encoded argument and gives the encoded result. */
  public byte[] pass(GuestObject object, String member, byte[] argument) throws GuestFailure {
    MsgpackWriter args = new MsgpackWriter();
    args.writeArrayHeader(1);
    args.writeRaw(argument);
    return callEncoded(object, member, args.toByteArray(), null);
  }

  public static Object plain(byte[] encoded) {
    return PlainValue.read(new MsgpackReader(encoded));
  }

  public byte[] callEncoded(GuestObject object, String member, byte[] args, byte[] kwargs) throws GuestFailure {
    String before = current;
    current = idOf(object);
    try {
      MsgpackWriter out = new MsgpackWriter();
      PendingResult pending = object.member(member).call(new MsgpackReader(args), kwargs == null ? null : new MsgpackReader(kwargs), out);
      return pending == null ? out.toByteArray() : settled(pending);
    } finally {
      current = before;
    }
  }

  private byte[] settled(PendingResult pending) throws GuestFailure {
    CompletableFuture<byte[]> value = new CompletableFuture<>();
    GuestFailure[] failed = new GuestFailure[1];
    pending.onSettled(new PendingResult.Settled() {
      @Override
      public void value(byte[] encoded) {
        value.complete(encoded);
      }

      @Override
      public void failure(GuestFailure failure) {
        failed[0] = failure;
      }
    });
    runTasks();
    if (failed[0] != null) {
      throw failed[0];
    }
    return value.getNow(null);
  }

  /** Runs what waits to enter a context. */
  public void runTasks() {
    while (!tasks.isEmpty()) {
      tasks.remove(0).run();
    }
  }

  private String idOf(GuestObject object) {
    return objects.entrySet().stream().filter(entry -> entry.getValue() == object).map(Map.Entry::getKey).findFirst().orElse(null);
  }

  public byte[] snapshot(GuestObject object, boolean allowLossy) throws GuestFailure {
    MsgpackWriter out = new MsgpackWriter();
    object.snapshot(out, allowLossy);
    return out.toByteArray();
  }

  public GuestObject restore(GuestContext context, String id, byte[] state) throws GuestFailure {
    GuestObject object = context.restore(id, new MsgpackReader(state));
    objects.put(id, object);
    return object;
  }

  @Override
  public byte[] call(String targetId, String method, byte[] args, byte[] kwargs) throws GuestFailure {
    GuestFailure failing = failures.get(targetId);
    if (failing != null) {
      throw failing;
    }
    GuestObject target = objects.get(targetId);
    if (target == null) {
      throw GuestFailure.of("OBJECT_NOT_FOUND", "there is no object " + targetId);
    }
    return callEncoded(target, method, args, kwargs);
  }

  @Override
  public CompletableFuture<byte[]> callAsync(String targetId, String method, byte[] args, byte[] kwargs) {
    try {
      return CompletableFuture.completedFuture(call(targetId, method, args, kwargs));
    } catch (GuestFailure failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  @Override
  public void enter(Runnable task) {
    tasks.add(task);
  }

  @Override
  public byte[] get(String name) throws GuestFailure {
    if (!objects.containsKey(name)) {
      throw GuestFailure.of("NAME_NOT_FOUND", "there is no object named " + name);
    }
    return reference(name);
  }

  /** An encoded reference. */
  public static byte[] reference(String id) {
    MsgpackWriter out = new MsgpackWriter();
    int mark = out.beginExtension();
    PlainValue.write(out, Arrays.asList(id, null, 0L, null));
    out.endExtension(mark, Protocol.Extension.REFERENCE);
    return out.toByteArray();
  }

  public static EncodedValue referenceTo(String id) {
    return new EncodedValue(reference(id));
  }

  @Override
  public byte[] create(String name, byte[] args, byte[] kwargs) throws GuestFailure {
    return get(name);
  }

  @Override
  public byte[] getOrCreate(String kind, String key, byte[] args, byte[] kwargs) throws GuestFailure {
    return get(kind + "/" + key);
  }

  @Override
  public void log(String level, String line) {
    log.add(level + ": " + line);
  }

  @Override
  public String currentObject() {
    return current;
  }

  @Override
  public void close() {
    contexts.forEach(GuestContext::close);
  }

  /** The warnings about a file, without their end: such as {@code a.py:3 module variable total}. */
  public List<String> told(String language, String entry, String text) throws Exception {
    file(entry, text);
    return open(language, entry).warnings().stream().map(line -> line.replaceFirst(", which is no part of.*", "").replace(" changes the ", " ")).toList();
  }
}
