package org.amino.runtime.guest.c;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol.Code;

/** The other objects that a C object knows, by small numbers that it may keep in its memory. One object has one number. */
final class References {
  private final List<byte[]> encoded = new ArrayList<>();

  /** The number of a reference, new when it is not known yet. The newest epoch and address are kept. */
  int handle(byte[] reference) {
    String id = id(reference);
    for (int i = 0; i < encoded.size(); i++) {
      if (id(encoded.get(i)).equals(id)) {
        encoded.set(i, reference);
        return i + 1;
      }
    }
    encoded.add(reference);
    return encoded.size();
  }

  byte[] reference(long handle) throws GuestFailure {
    if (handle < 1 || handle > encoded.size()) {
      throw GuestFailure.of(Code.VALUE_INVALID, handle + " is no amino_object that this object was given");
    }
    return encoded.get((int) handle - 1);
  }

  void write(MsgpackWriter out, int handle) throws GuestFailure {
    if (handle == 0) {
      out.writeNil();
    } else {
      out.writeRaw(reference(handle));
    }
  }

  static String id(byte[] reference) {
    MsgpackReader in = new MsgpackReader(reference);
    in.readExtensionHeader();
    in.readArrayHeader();
    return in.readString();
  }

  List<byte[]> all() {
    return encoded;
  }

  void replace(List<byte[]> references) {
    encoded.clear();
    encoded.addAll(references);
  }

  @Override
  public String toString() {
    return Arrays.toString(encoded.stream().map(References::id).toArray());
  }
}
