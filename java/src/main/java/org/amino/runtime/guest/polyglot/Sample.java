package org.amino.runtime.guest.polyglot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestFactory;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.ObjectCalls;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.Protocol.Code;

/** The smallest object of a language: making one loads all that the first real one would wait for. */
public record Sample(String entry, String text) {
  private static final byte[] NO_ARGUMENTS = {(byte) 0x90};

  /** Makes a context for an artifact. */
  interface Opening {
    GuestContext open(GuestFactory.Artifact artifact, ObjectCalls calls) throws GuestFailure;
  }

  /** Makes the object in a context of its own, and gives both up. */
  void make(Opening opening, String language) throws GuestFailure, IOException {
    Path folder = Files.createTempDirectory("amino-sample-");
    Path file = folder.resolve(entry);
    try {
      Files.writeString(file, text);
      try (GuestContext context = opening.open(new GuestFactory.Artifact("sample", language, folder, entry, null, List.of()), new Alone())) {
        context.describe();
        context.create("sample", new MsgpackReader(NO_ARGUMENTS), null).discard();
      }
    } finally {
      Files.deleteIfExists(file);
      Files.delete(folder);
    }
  }

  /** What an object has that calls nobody. */
  private static final class Alone implements ObjectCalls {
    @Override
    public byte[] call(String targetId, String method, byte[] args, byte[] kwargs) throws GuestFailure {
      throw nobody();
    }

    @Override
    public CompletableFuture<byte[]> callAsync(String targetId, String method, byte[] args, byte[] kwargs) {
      return CompletableFuture.failedFuture(nobody());
    }

    @Override
    public void enter(Runnable task) {
      task.run();
    }

    @Override
    public byte[] get(String name) throws GuestFailure {
      throw nobody();
    }

    @Override
    public byte[] create(String name, byte[] args, byte[] kwargs) throws GuestFailure {
      throw nobody();
    }

    @Override
    public byte[] getOrCreate(String kind, String key, byte[] args, byte[] kwargs) throws GuestFailure {
      throw nobody();
    }

    @Override
    public void log(String level, String line) {}

    @Override
    public String currentObject() {
      return null;
    }

    private static GuestFailure nobody() {
      return GuestFailure.of(Code.OBJECT_NOT_FOUND, "a sample object calls nobody");
    }
  }
}
