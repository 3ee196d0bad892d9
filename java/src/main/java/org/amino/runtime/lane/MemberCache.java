package org.amino.runtime.lane;

import java.util.Arrays;
import org.amino.runtime.schedule.HostedObject;

/** Members by the raw bytes that name them, object id and method in one, so that a call needs no string. For one reading thread at a time. */
final class MemberCache {
  private static final int LIMIT = 1 << 16;

  private static final class Entry {
    private final byte[] key;
    private final int hash;
    private HostedObject.Bound bound;
    private Entry next;

    Entry(byte[] key, int hash) {
      this.key = key;
      this.hash = hash;
    }

    boolean matches(byte[] buffer, int from, int to) {
      return Arrays.equals(key, 0, key.length, buffer, from, to);
    }
  }

  private Entry[] table = new Entry[64];
  private int size;
  private Entry last;

  /** The member that {@code buffer[from … to)} names, or null. */
  HostedObject.Bound find(byte[] buffer, int from, int to) {
    Entry recent = last;
    if (recent != null && recent.matches(buffer, from, to)) {
      return recent.bound;
    }
    Entry entry = entry(buffer, from, to, hash(buffer, from, to));
    if (entry == null) {
      return null;
    }
    last = entry;
    return entry.bound;
  }

  /** Remembers a member; the key is copied. */
  void put(byte[] buffer, int from, int to, HostedObject.Bound bound) {
    int hash = hash(buffer, from, to);
    Entry entry = entry(buffer, from, to, hash);
    if (entry == null) {
      if (size >= LIMIT) {
        clear();
      } else if (size >= table.length) {
        grow();
      }
      entry = new Entry(Arrays.copyOfRange(buffer, from, to), hash);
      link(table, entry);
      size++;
    }
    entry.bound = bound;
  }

  private void clear() {
    table = new Entry[64];
    size = 0;
    last = null;
  }

  private void grow() {
    Entry[] wider = new Entry[table.length * 4];
    for (Entry first : table) {
      Entry entry = first;
      while (entry != null) {
        Entry next = entry.next;
        link(wider, entry);
        entry = next;
      }
    }
    table = wider;
  }

  private static void link(Entry[] table, Entry entry) {
    int at = entry.hash & table.length - 1;
    entry.next = table[at];
    table[at] = entry;
  }

  private Entry entry(byte[] buffer, int from, int to, int hash) {
    Entry entry = table[hash & table.length - 1];
    while (entry != null && !(entry.hash == hash && entry.matches(buffer, from, to))) {
      entry = entry.next;
    }
    return entry;
  }

  private static int hash(byte[] buffer, int from, int to) {
    int hash = 7;
    for (int i = from; i < to; i++) {
      hash = hash * 31 + buffer[i];
    }
    return hash ^ hash >>> 15;
  }
}
