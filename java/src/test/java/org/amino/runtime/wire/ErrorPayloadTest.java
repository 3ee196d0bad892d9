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

  private static GuestFailure through(GuestFailure failure) {
    MsgpackWriter out = new MsgpackWriter();
    ErrorPayload.write(out, failure);
    MsgpackReader in = new MsgpackReader(out.toByteArray());
    GuestFailure read = ErrorPayload.read(in);
    assertEquals(in.end(), in.position());
    return read;
  }

  private static GuestFailure named(String message, GuestFailure... members) {
    return GuestFailure.of("GUEST_EXCEPTION", message).grouping(List.of(members));
  }

  private static int count(GuestFailure failure) {
    return failure.errors().stream().mapToInt(ErrorPayloadTest::count).sum() + 1;
  }

  @Test
  void theMembersOfAGroupComeBackAsManyAsTheLimitsSay() {
    GuestFailure read = through(named("several", named("first"), named("within", named("second"))));
    assertEquals(List.of("first", "within"), read.errors().stream().map(Throwable::getMessage).toList());
    assertEquals("second", read.errors().get(1).errors().get(0).getMessage());
    GuestFailure deep = named("innermost");
    for (int level = 0; level < 50; level++) {
      deep = named("level " + level, deep);
    }
    assertEquals(Protocol.CAUSE_LIMIT + 1, count(through(deep)));
    GuestFailure[] many = new GuestFailure[500];
    Arrays.fill(many, deep);
    assertEquals(Protocol.ERRORS_LIMIT, count(through(named("wide", many))));
  }

  @Test
  void aFailureThatIsPassedOnTakesItsMembersFromItsCause() {
    GuestFailure outer = named("several", named("first")).with(Outcome.UNKNOWN).uncaught("at f");
    assertEquals("first", outer.errors().get(0).getMessage());
    assertEquals(List.of(), ((GuestFailure) outer.getCause()).errors());
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
