package org.amino.runtime.schedule;

import java.util.Arrays;
import java.util.Map;
import org.amino.runtime.wire.MsgpackWriter;

/** How a delegation ended, as the Python half reads it. */
final class Report {
  private Report() {}

  /**
   * Encodes it.
   *
   * @param renewed whether another offer has followed at once
   * @param tally of the calls that it has let in
   * @param underWay calls that have not ended, with their numbers
   * @param withheld calls that have run and whose effects are not stored
   */
  static byte[] of(boolean renewed, Tally tally, Map<Call, Long> underWay, long withheld) {
    MsgpackWriter out = new MsgpackWriter();
    out.writeMapHeader(5);
    out.writeString("renewed");
    out.writeBoolean(renewed);
    out.writeString("calls");
    out.writeLong(tally.ran());
    out.writeString("withheld");
    out.writeLong(withheld);
    out.writeString("under_way");
    out.writeArrayHeader(underWay.size());
    underWay.forEach((call, number) -> Numbering.writeUnderWay(out, number, call, tally.numbering()));
    out.writeString("sessions");
    Numbering.write(out, tally.numbering());
    return Arrays.copyOf(out.buffer(), out.position());
  }
}
