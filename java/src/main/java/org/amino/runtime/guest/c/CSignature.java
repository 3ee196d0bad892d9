package org.amino.runtime.guest.c;

import java.util.ArrayList;
import java.util.List;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.InterfaceDescription;
import org.amino.runtime.wire.Protocol.Code;

/** A member as the macros of `sdk/c/amino.h` describe it: result, parameters and documentation, a line each. */
record CSignature(String name, CType result, List<CType> types, List<String> parameters, boolean readOnly, String doc) {
  /**
   * @param description `result\n(parameters)\ndocumentation`, as C declares them
   */
  static CSignature parse(String name, String description, boolean readOnly) throws GuestFailure {
    String[] lines = description.split("\n", 3);
    if (lines.length < 2) {
      throw GuestFailure.of(Code.ARTIFACT_INVALID, "member " + name + " is not described by AMINO_MEMBER of sdk/c/amino.h");
    }
    List<CType> types = new ArrayList<>();
    List<String> names = new ArrayList<>();
    String inner = lines[1].strip();
    inner = inner.substring(1, inner.length() - 1).strip();
    if (!inner.isEmpty() && !inner.equals("void")) {
      for (String parameter : inner.split(",")) {
        String text = parameter.strip();
        int cut = text.length();
        while (cut > 0 && Character.isJavaIdentifierPart(text.charAt(cut - 1))) {
          cut--;
        }
        types.add(CType.of(text.substring(0, cut), name));
        names.add(text.substring(cut));
      }
    }
    return new CSignature(name, CType.of(lines[0], name), List.copyOf(types), List.copyOf(names), readOnly, lines.length > 2 ? lines[2] : "");
  }

  InterfaceDescription.Member described() {
    return new InterfaceDescription.Member(name, types.size(), types.size(), readOnly, parameters, doc, false);
  }
}
