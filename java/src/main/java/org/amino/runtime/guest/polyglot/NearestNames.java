package org.amino.runtime.guest.polyglot;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.Protocol.Code;

/** Names close to a misspelled one. */
public final class NearestNames {
  private static final int SHOWN = 3;

  private NearestNames() {}

  /** MEMBER_NOT_FOUND with the nearest names of those that are there; a member that is there and cannot be set is said to be so. */
  public static GuestFailure memberNotFound(String object, String className, String name, Collection<String> names) {
    if (name.endsWith("=") && names.contains(name.substring(0, name.length() - 1))) {
      String member = name.substring(0, name.length() - 1);
      String told = "object " + object + " (" + className + ") has the member " + member + ", which cannot be set: ";
      return GuestFailure.of(Code.MEMBER_NOT_FOUND, told + "it is read-only or a method");
    }
    List<String> near = of(name, names);
    String remedy;
    if (near.isEmpty()) {
      remedy = names.isEmpty() ? "it has no members" : "it has " + String.join(", ", names.stream().sorted().limit(12).toList());
    } else {
      remedy = "did you mean " + String.join(", ", near) + "?";
    }
    return GuestFailure.of(Code.MEMBER_NOT_FOUND, "object " + object + " (" + className + ") has no member " + name + "; " + remedy);
  }

  /** At most three, nearest first. */
  public static List<String> of(String name, Collection<String> names) {
    int far = Math.max(2, name.length() / 2);
    Comparator<String> nearest = Comparator.<String>comparingInt(other -> distance(name, other)).thenComparing(Comparator.naturalOrder());
    return names.stream().filter(other -> distance(name, other) <= far).sorted(nearest).limit(SHOWN).toList();
  }

  /** Levenshtein's, without regard to case. */
  private static int distance(String first, String second) {
    String a = first.toLowerCase();
    String b = second.toLowerCase();
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
