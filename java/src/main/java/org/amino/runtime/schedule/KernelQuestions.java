package org.amino.runtime.schedule;

import java.util.List;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.PlainValue;

/** What guests ask the kernel's Python half, as it reads it. */
public final class KernelQuestions {
  /** The target of such a question. */
  public static final String KERNEL = "@kernel";

  private KernelQuestions() {}

  static byte[] encode(List<Object> args) {
    return PlainValue.encode(args);
  }

  /** The arguments of a question that makes an object: its names, then what its constructor gets. */
  static byte[] encode(List<String> names, byte[] args, byte[] kwargs) {
    MsgpackWriter all = new MsgpackWriter();
    all.writeArrayHeader(names.size() + 2);
    names.forEach(all::writeString);
    all.writeRaw(args);
    if (kwargs == null) {
      all.writeMapHeader(0);
    } else {
      all.writeRaw(kwargs);
    }
    return all.toByteArray();
  }
}
