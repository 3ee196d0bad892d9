package org.amino.runtime.guest.c;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.InterfaceDescription;
import org.amino.runtime.wire.Protocol.Code;

/**
 * A member as its export `amino_member_<name>` describes it: result, parameters and documentation, a line each.
 *
 * @param function the export that is called
 * @param result null in a packed member
 * @param types of the parameters; in a packed member each is null, since its arguments arrive as one array of values
 * @param required how many arguments it must be given
 * @param property whether it reads or, where its name ends with `=`, sets a property
 * @param writable whether the property it reads may be set, by a call with the new value
 */
record CSignature(String name, String function, CType result, List<CType> types, List<String> parameters, int required, boolean packed,
    boolean readOnly, boolean property, boolean writable, String doc) {
  private static final String PACKED_FUNCTION = "amino_call_";
  private static final String CREATE = "amino_create";

  /**
   * @param description `result\n(parameters)\ndocumentation`, as C declares them, or `packed [read_only] [property] [writable]\n(names)\ndocumentation`
   */
  static CSignature parse(String name, String description, boolean readOnly) throws GuestFailure {
    String[] lines = description.split("\n", 3);
    String inner = lines.length < 2 ? "" : lines[1].strip();
    if (!inner.startsWith("(") || !inner.endsWith(")")) {
      throw GuestFailure.of(Code.ARTIFACT_INVALID, "member " + name + " is not described as AMINO_MEMBER of sdk/c/amino.h does it");
    }
    inner = inner.substring(1, inner.length() - 1).strip();
    String[] parameters = inner.isEmpty() || inner.equals("void") ? new String[0] : inner.split(",");
    String doc = lines.length > 2 ? lines[2] : "";
    List<String> words = List.of(lines[0].strip().split(" +"));
    return words.get(0).equals("packed") ? packed(name, words, parameters, doc) : direct(name, lines[0], parameters, readOnly, doc);
  }

  private static CSignature direct(String name, String result, String[] parameters, boolean readOnly, String doc) throws GuestFailure {
    List<CType> types = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (String parameter : parameters) {
      String text = parameter.strip();
      int cut = text.length();
      while (cut > 0 && Character.isJavaIdentifierPart(text.charAt(cut - 1))) {
        cut--;
      }
      types.add(CType.of(text.substring(0, cut), name));
      names.add(text.substring(cut));
    }
    return new CSignature(name, name, CType.of(result, name), List.copyOf(types), List.copyOf(names), types.size(), false, readOnly, false, false, doc);
  }

  private static CSignature packed(String name, List<String> words, String[] parameters, String doc) throws GuestFailure {
    List<String> names = new ArrayList<>();
    int required = 0;
    for (String parameter : parameters) {
      String text = parameter.strip();
      boolean optional = text.endsWith("?");
      names.add(optional ? text.substring(0, text.length() - 1) : text);
      required = optional ? required : names.size();
    }
    boolean property = words.contains("property");
    String function = name.equals(CREATE) ? CREATE : PACKED_FUNCTION + name;
    return new CSignature(name, function, null, Collections.nCopies(names.size(), null), List.copyOf(names), required, true,
        property || words.contains("read_only"), property, property && words.contains("writable"), doc);
  }

  /** The member that sets the property. */
  CSignature setter() {
    return new CSignature(name + "=", function, null, Collections.nCopies(1, null), List.of("value"), 1, true, false, true, false, doc);
  }

  /** The type that its function must have. */
  String wasmType() {
    if (packed) {
      return "(i32) -> i32";
    }
    String arguments = types.stream().map(CType::wasmType).collect(Collectors.joining(", "));
    return "(" + arguments + ") -> " + (result == CType.VOID ? "()" : result.wasmType());
  }

  /** Whether a call puts arguments into the module's memory. */
  boolean takesMemory() {
    return packed || types.stream().anyMatch(CType::inMemory);
  }

  InterfaceDescription.Member described() {
    return new InterfaceDescription.Member(name, types.size(), required, readOnly, parameters, doc, property);
  }
}
