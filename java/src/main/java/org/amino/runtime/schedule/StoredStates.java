package org.amino.runtime.schedule;

import java.util.ArrayList;
import java.util.List;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackType;

/** The answer to `captured`: marks of states that are stored. Answers that waited for them leave with the thread that has read it. */
final class StoredStates implements CallSink {
  private final Scheduler scheduler;
  private List<CallSink> leaving = List.of();

  StoredStates(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  /**
   * Lets answers go.
   *
   * @param marks pairs of an instance id and a mark. Instances that are not here any more had their callers told
   * @return what is to be flushed
   */
  static List<CallSink> release(Scheduler scheduler, MsgpackReader marks) {
    List<Withheld.Answer> left = new ArrayList<>();
    for (int count = marks.readArrayHeader(); count > 0; count--) {
      marks.readArrayHeader();
      HostedObject object = scheduler.objects().find(marks.readString());
      long mark = marks.readLong();
      if (object != null) {
        left.addAll(object.delegates().withheld().stored(mark));
      }
    }
    return Withheld.sinks(left);
  }

  @Override
  public void outcome(Call call, byte[] buffer, int from, int to) {
    MsgpackReader marks = new MsgpackReader(buffer, from, to);
    if (marks.peekType() == MsgpackType.ARRAY) {
      leaving = release(scheduler, marks);
    }
  }

  @Override
  public void leave(Runner runner) {
    leaving.forEach(runner::later);
  }

  @Override
  public void flush() {
    leaving.forEach(CallSink::flush);
  }

  @Override
  public boolean abandoned() {
    return false;
  }

  @Override
  public String requestId(int index) {
    return "captured/" + index;
  }
}
