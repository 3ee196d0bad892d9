package org.amino.runtime.schedule;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.amino.runtime.guest.GuestFactory;

/**
 * The calls that run now, in memory shared with a file: it outlives the process, however that ends, so that the guest with which a process died can be
 * named. Each thread that runs guests has a record: the length of a text (0: nothing runs), then the text (docs/bridge.md, section 2). Beginning or ending
 * a call costs one store; only another object or member than the last one's costs the text.
 */
public final class RunningCalls {
  private static final int RECORD_BYTES = 256;
  private static final int TEXT_AT = 4;
  private static final int TEXT_BYTES = RECORD_BYTES - TEXT_AT;
  /** Threads beyond that run guests unseen. */
  private static final int RECORDS = 4096;
  private static final VarHandle LENGTH = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final MappedByteBuffer memory;
  private final ConcurrentLinkedQueue<Record> free = new ConcurrentLinkedQueue<>();
  private final AtomicInteger taken = new AtomicInteger();

  private RunningCalls(MappedByteBuffer memory) {
    this.memory = memory;
  }

  /**
   * Shares a file, which is made anew. It should be where no disk slows down who writes to it.
   *
   * @throws IOException it cannot be written
   */
  public static RunningCalls in(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.READ,
        StandardOpenOption.WRITE)) {
      return new RunningCalls(channel.map(FileChannel.MapMode.READ_WRITE, 0, (long) RECORDS * RECORD_BYTES));
    }
  }

  /** A record for one thread; null when there are too many. */
  Record take() {
    Record known = free.poll();
    if (known != null) {
      return known;
    }
    int index = taken.get() < RECORDS ? taken.getAndIncrement() : RECORDS;
    return index < RECORDS ? new Record(index * RECORD_BYTES) : null;
  }

  /** What one thread shows. Used by that thread alone. */
  final class Record {
    private final int at;
    private HostedObject object;
    private String method;
    private int length;

    private Record(int at) {
      this.at = at;
    }

    /** Shows a call; null: nothing runs. */
    void show(Call call) {
      if (call == null) {
        LENGTH.setRelease(memory, at, 0);
        return;
      }
      if (length == 0 || call.object() != object || !call.method().equals(method)) {
        describe(call);
      }
      LENGTH.setRelease(memory, at, length);
    }

    private void describe(Call call) {
      LENGTH.setRelease(memory, at, 0);
      byte[] text = text(call).getBytes(StandardCharsets.UTF_8);
      length = Math.min(TEXT_BYTES, text.length);
      memory.put(at + TEXT_AT, text, 0, length);
      object = call.object();
      // A call without an object may be another one the next time although it looks the same.
      method = object == null ? null : call.method();
    }

    /** Gives it back: its thread runs no guests any more. */
    void leave() {
      show(null);
      object = null;
      method = null;
      length = 0;
      free.add(this);
    }
  }

  /** The instance's id, language, artifact, member and the object's name; unknown parts are empty. */
  private static String text(Call call) {
    HostedObject object = call.object();
    GuestFactory.Artifact source = call.slot().artifact().source();
    String id = object == null ? "" : object.id();
    String name = object == null || object.name() == null ? "" : object.name();
    return String.join("\t", id, source.language(), source.hash(), call.method(), name);
  }
}
