package org.amino.runtime.guest.c;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.Protocol.Outcome;

/** The arguments of a call, each where its parameter stands, as an encoded array. */
final class CArguments {
  private static final byte[] NOTHING = {(byte) 0xc0};

  private CArguments() {}

  /**
   * A reader of the array; named arguments are put in their places. Nothing stands for an argument that may be left out.
   *
   * @param kwargs may be null
   */
  static MsgpackReader inOrder(MsgpackReader args, MsgpackReader kwargs, CSignature signature, String className) throws GuestFailure {
    int named = kwargs == null ? 0 : kwargs.readMapHeader();
    if (named == 0) {
      int from = args.position();
      check(args.readArrayHeader(), signature, className);
      args.seek(from);
      return args;
    }
    List<byte[]> ordered = new ArrayList<>();
    for (int left = args.readArrayHeader(); left > 0; left--) {
      ordered.add(item(args));
    }
    Map<String, byte[]> byName = new LinkedHashMap<>();
    for (int i = 0; i < named; i++) {
      byName.put(kwargs.readString(), item(kwargs));
    }
    place(ordered, byName, signature, className);
    check(ordered.size(), signature, className);
    MsgpackWriter out = new MsgpackWriter();
    out.writeArrayHeader(ordered.size());
    ordered.forEach(out::writeRaw);
    return new MsgpackReader(out.toByteArray());
  }

  private static void place(List<byte[]> ordered, Map<String, byte[]> byName, CSignature signature, String className) throws GuestFailure {
    for (int i = ordered.size(); i < signature.parameters().size() && !byName.isEmpty(); i++) {
      byte[] value = byName.remove(signature.parameters().get(i));
      if (value == null && i < signature.required()) {
        throw refused(shown(signature, className) + " lacks " + signature.parameters().get(i) + " in a call with named arguments");
      }
      ordered.add(value == null ? NOTHING : value);
    }
    if (!byName.isEmpty()) {
      throw refused(shown(signature, className) + " has no parameter left for " + String.join(", ", byName.keySet()));
    }
  }

  private static void check(int given, CSignature signature, String className) throws GuestFailure {
    int most = signature.types().size();
    if (given >= signature.required() && given <= most) {
      return;
    }
    String wanted = signature.required() == most ? String.valueOf(most) : signature.required() + " to " + most;
    throw refused(shown(signature, className) + " takes " + wanted + (wanted.equals("1") ? " argument" : " arguments") + ", but was given " + given);
  }

  private static String shown(CSignature signature, String className) {
    String name = signature.name().equals("amino_create") ? className : className + "." + signature.name();
    return name + "(" + String.join(", ", signature.parameters()) + ")";
  }

  private static GuestFailure refused(String message) {
    return GuestFailure.of(Code.ARGUMENT_INVALID, message).with(Outcome.NOT_RUN);
  }

  /** The bytes of the next item. */
  static byte[] item(MsgpackReader in) {
    int from = in.position();
    in.skip();
    int size = in.position() - from;
    in.seek(from);
    return in.readRaw(size);
  }
}
