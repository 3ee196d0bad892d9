package org.amino.runtime.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.Protocol.Outcome;
import org.junit.jupiter.api.Test;

class ErrorPayloadTest {
  @Test
  void aFailureComesBackWithItsCauses() {
    GuestFailure cause = new GuestFailure("OBJECT_LOST", "AminoError", "gone", "", Map.of("id", "x"), null);
    GuestFailure failure = new GuestFailure("GUEST_EXCEPTION", "Counter::Empty", "nothing left", "a:1\nb:2", Map.of("n", List.of(1L, 2.5)), cause);
    MsgpackWriter out = new MsgpackWriter();
    ErrorPayload.writeRaised(out, failure);
    MsgpackReader in = new MsgpackReader(out.toByteArray());
    MsgpackReader.ExtensionHeader header = in.readExtensionHeader();
    assertEquals(Protocol.Extension.RAISED, header.type());
    GuestFailure read = ErrorPayload.read(in.slice(header.length()));
    assertEquals("GUEST_EXCEPTION", read.code);
    assertEquals("Counter::Empty", read.type);
    assertEquals("nothing left", read.getMessage());
    assertEquals("a:1\nb:2", read.stack);
    assertEquals(Map.of("n", List.of(1L, 2.5)), read.details);
    assertEquals("OBJECT_LOST", ((GuestFailure) read.getCause()).code);
    assertNull(read.getCause().getCause());
    assertEquals(Outcome.RAN, read.outcome);
    assertEquals(Outcome.UNKNOWN, ((GuestFailure) read.getCause()).outcome);
  }

  @Test
  void whoeverKnowsMoreThanTheCodeSaysSo() {
    MsgpackWriter out = new MsgpackWriter();
    ErrorPayload.write(out, GuestFailure.of("KERNEL_UNAVAILABLE", "not sent").with(Outcome.NOT_RUN));
    assertEquals(Outcome.NOT_RUN, ErrorPayload.read(new MsgpackReader(out.toByteArray())).outcome);
  }

  @Test
  void anOutcomeThatIsMissingOrNotKnownSaysWhatTheCodeSays() {
    List<Object> payload = new ArrayList<>(Arrays.asList("NAME_NOT_FOUND", "T", "m", "", null, null));
    assertEquals(Outcome.NOT_RUN, ErrorPayload.read(new MsgpackReader(PlainValue.encode(payload))).outcome);
    payload.add(9);
    payload.add(Map.of("later", 1));
    MsgpackReader in = new MsgpackReader(PlainValue.encode(payload));
    assertEquals(Outcome.UNKNOWN, ErrorPayload.read(in).outcome);
    assertEquals(in.end(), in.position());
    payload.set(6, "1");
    assertThrows(WireException.class, () -> ErrorPayload.read(new MsgpackReader(PlainValue.encode(payload))));
  }

  @Test
  void textThatIsNoUnicodeStillReachesTheCaller() {
    MsgpackWriter out = new MsgpackWriter();
    ErrorPayload.write(out, GuestFailure.of("GUEST_EXCEPTION", "bad \ud800 text"));
    assertEquals("bad ? text", ErrorPayload.read(new MsgpackReader(out.toByteArray())).getMessage());
  }

  @Test
  void aPayloadWithoutItsFirstThreeElementsIsNone() {
    assertThrows(WireException.class, () -> ErrorPayload.read(new MsgpackReader(PlainValue.encode(List.of("CODE", "Type")))));
  }
}
