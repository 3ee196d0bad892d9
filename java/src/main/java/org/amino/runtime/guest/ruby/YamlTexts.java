package org.amino.runtime.guest.ruby;

import java.util.List;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.Event;

/** Texts between Ruby and Java: each is ended by a zero; a zero in a text is written as 1 0, a one as 1 1. */
final class YamlTexts {
  /** The styles by psych's numbers; 0 is any. */
  private static final List<ScalarStyle> STYLES = List.of(
      ScalarStyle.PLAIN, ScalarStyle.PLAIN, ScalarStyle.SINGLE_QUOTED, ScalarStyle.DOUBLE_QUOTED, ScalarStyle.LITERAL,
      ScalarStyle.FOLDED);

  /** The kinds of events by the numbers that `library/psych.rb` knows. */
  private static final List<Event.ID> KINDS = List.of(
      Event.ID.StreamStart, Event.ID.StreamEnd, Event.ID.DocumentStart, Event.ID.DocumentEnd, Event.ID.Alias,
      Event.ID.Scalar, Event.ID.SequenceStart, Event.ID.SequenceEnd, Event.ID.MappingStart, Event.ID.MappingEnd);

  private final StringBuilder texts = new StringBuilder();

  void add(String text) {
    for (int at = 0; at < text.length(); at++) {
      char sign = text.charAt(at);
      if (sign > '\1') {
        texts.append(sign);
      } else {
        texts.append('\1').append(sign == '\0' ? '0' : '1');
      }
    }
    texts.append('\0');
  }

  @Override
  public String toString() {
    return texts.toString();
  }

  static int number(Event.ID kind) {
    return KINDS.indexOf(kind);
  }

  static Event.ID kind(int number) {
    return KINDS.get(number);
  }

  static int number(ScalarStyle style) {
    return Math.max(1, STYLES.lastIndexOf(style));
  }

  static ScalarStyle style(int number) {
    return STYLES.get(number);
  }
}
