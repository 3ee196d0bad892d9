package org.amino.runtime.guest.java;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A class file whose calls of clocks and random numbers lead to {@link Served}. Only the constant pool changes: the instructions stay, and name other
 * methods. Which calls cannot be led elsewhere, and differ between the replicas of an object, is found out on the way.
 */
final class ServedCalls {
  private static final int UTF8 = 1;
  private static final int LONG = 5;
  private static final int DOUBLE = 6;
  private static final int CLASS = 7;
  private static final int METHOD = 10;
  private static final int NAME_AND_TYPE = 12;
  /** Bytes of a constant behind its tag; 0: it says so itself. */
  private static final int[] SIZES = {0, 0, 0, 4, 4, 8, 8, 2, 2, 4, 4, 4, 4, 0, 0, 3, 2, 4, 4, 2, 2};
  private static final int LAST = 0xffff;
  private static final String SERVED = Served.class.getName().replace('.', '/');
  private static final Map<String, String> PACKAGES = Map.of("System", "java/lang/", "Math", "java/lang/", "Thread", "java/lang/", "UUID", "java/util/",
      "ThreadLocalRandom", "java/util/concurrent/");
  /** By class, name and descriptor: the method that stands for it. */
  private static final Map<String, String> STANDS = stands();
  /** What differs between replicas, by the beginning of class, name and descriptor. */
  private static final List<String> REFUSED = List.of("java/util/Random.<init>()V", "java/security/SecureRandom.", "java/util/Date.<init>()V",
      "java/util/GregorianCalendar.<init>()V", "java/util/Calendar.getInstance(", "java/lang/Thread.<init>(", "java/lang/Thread.startVirtualThread(",
      "java/lang/Thread.ofVirtual(", "java/lang/Thread.ofPlatform(", "java/util/concurrent/Executors.", "java/util/concurrent/CompletableFuture.supplyAsync(",
      "java/util/concurrent/CompletableFuture.runAsync(", "java/lang/ProcessHandle.", "java/lang/ref/", "java/util/WeakHashMap.", "java/nio/file/Files.",
      "java/io/File", "java/net/Socket", "java/net/URL.open", "java/util/Set.of(", "java/util/Map.of(", "java/util/Set.copyOf(", "java/util/Map.copyOf(", "scala/util/Random");

  private final ByteBuffer file;
  private final int[] places;
  private final ByteArrayOutputStream added = new ByteArrayOutputStream();
  private final Map<String, Integer> known = new HashMap<>();
  private final Set<String> refused = new HashSet<>();
  private int end;
  private int count;

  private ServedCalls(byte[] bytes) {
    file = ByteBuffer.wrap(bytes.clone());
    count = file.getShort(8) & LAST;
    places = new int[count];
    end = 10;
    for (int i = 1; i < count; i++) {
      places[i] = end;
      int tag = file.get(end);
      end += 1 + (tag == UTF8 ? 2 + (file.getShort(end + 1) & LAST) : SIZES[tag]);
      i += tag == LONG || tag == DOUBLE ? 1 : 0;
    }
  }

  /**
   * A class file, and what it calls.
   *
   * @param refused what differs between the replicas of an object, such as {@code java.util.Random.<init>}
   */
  record Result(byte[] file, Set<String> refused) {}

  /** The file as it is where it cannot be read: the JVM says what is wrong with it. */
  static Result of(byte[] bytes) {
    try {
      ServedCalls calls = new ServedCalls(bytes);
      calls.lead();
      calls.findFinalizer();
      return new Result(calls.whole(), calls.refused);
    } catch (IndexOutOfBoundsException | IllegalArgumentException unreadable) {
      return new Result(bytes, Set.of());
    }
  }

  private static Map<String, String> stands() {
    Map<String, String> found = new HashMap<>();
    for (Method method : Served.class.getDeclaredMethods()) {
      String[] parts = method.getName().split("_");
      if (parts.length == 2) {
        String descriptor = MethodType.methodType(method.getReturnType(), method.getParameterTypes()).descriptorString();
        found.put(PACKAGES.getOrDefault(parts[0], "java/time/") + parts[0] + "." + parts[1] + descriptor, method.getName());
      }
    }
    return found;
  }

  private int reference(int index, int at) {
    return number(places[index] + 1 + at);
  }

  private String text(int index) {
    int length = reference(index, 0);
    return new String(file.array(), places[index] + 3, length, StandardCharsets.UTF_8);
  }

  private void lead() {
    int own = count;
    for (int i = 1; i < own; i++) {
      int tag = places[i] == 0 ? 0 : file.get(places[i]);
      if (tag != METHOD && tag != METHOD + 1) {
        continue;
      }
      int named = reference(i, 2);
      String owner = text(reference(reference(i, 0), 0));
      String called = owner + "." + text(reference(named, 0)) + text(reference(named, 2));
      String stands = STANDS.get(called);
      if (stands != null && tag == METHOD) {
        file.putShort(places[i] + 1, (short) ownClass());
        file.putShort(places[i] + 3, (short) nameAndType(stands, reference(named, 2)));
      } else if (REFUSED.stream().anyMatch(called::startsWith)) {
        refused.add(called.substring(0, called.indexOf('(')).replace('/', '.').replace(".<init>", ""));
      }
    }
  }

  /** The collector calls such a method when it likes, and nobody else need. */
  private void findFinalizer() {
    int interfaces = end + 6;
    members(members(interfaces + 2 + 2 * number(interfaces), false), true);
  }

  private int members(int at, boolean methods) {
    int next = at + 2;
    for (int left = number(at); left > 0; left--) {
      if (methods && text(number(next + 2)).equals("finalize") && text(number(next + 4)).equals("()V")) {
        refused.add("finalize");
      }
      int attributes = number(next + 6);
      next += 8;
      for (; attributes > 0; attributes--) {
        next += 6 + Math.max(0, file.getInt(next + 2));
      }
    }
    return next;
  }

  private int number(int at) {
    return file.getShort(at) & LAST;
  }

  private int ownClass() {
    return known.computeIfAbsent("", none -> {
      int name = utf8(SERVED);
      return constant(CLASS, name);
    });
  }

  private int nameAndType(String name, int descriptor) {
    Integer before = known.get(name + " " + descriptor);
    if (before != null) {
      return before;
    }
    int made = constant(NAME_AND_TYPE, utf8(name), descriptor);
    known.put(name + " " + descriptor, made);
    return made;
  }

  private int utf8(String text) {
    added.write(UTF8);
    try {
      new DataOutputStream(added).writeUTF(text);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return count++;
  }

  private int constant(int tag, int... references) {
    added.write(tag);
    for (int reference : references) {
      added.write(reference >>> 8);
      added.write(reference);
    }
    return count++;
  }

  private byte[] whole() {
    if (added.size() == 0) {
      return file.array();
    }
    if (count > LAST) {
      throw new IllegalArgumentException("a class has no room for more constants");
    }
    file.putShort(8, (short) count);
    ByteArrayOutputStream whole = new ByteArrayOutputStream(file.capacity() + added.size());
    whole.write(file.array(), 0, end);
    whole.writeBytes(added.toByteArray());
    whole.write(file.array(), end, file.capacity() - end);
    return whole.toByteArray();
  }
}
