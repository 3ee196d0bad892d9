package org.amino.runtime.guest.ruby;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Present;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.SpecVersion;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.DocumentEndEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ImplicitTuple;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.events.StreamEndEvent;
import org.snakeyaml.engine.v2.events.StreamStartEvent;

/** Makes a YAML text of a guest's events: their numbers and texts, as {@link YamlReader} gives them, without places. */
final class YamlWriter implements ProxyExecutable {
  @Override
  public Object execute(Value... arguments) {
    DumpSettings settings = DumpSettings.builder().setIndent(arguments[2].asInt()).setWidth(arguments[3].asInt())
        .setCanonical(arguments[4].asBoolean()).setUseUnicodeEncoding(true).setMaxSimpleKeyLength(128).build();
    Columns columns = new Columns(arguments[0].asString(), arguments[1].asString());
    List<Event> events = new ArrayList<>();
    while (columns.more()) {
      events.add(columns.event());
    }
    return new Present(settings).emitToString(events.iterator());
  }

  /** Numbers and texts, read from the front. */
  private static final class Columns {
    private final String[] numbers;
    private final String[] texts;
    private int number;
    private int text;

    Columns(String numbers, String texts) {
      this.numbers = numbers.split(" ");
      this.texts = texts.split("\0", -1);
    }

    boolean more() {
      return number < numbers.length;
    }

    private int number() {
      return Integer.parseInt(numbers[number++]);
    }

    private boolean truth() {
      return number() == 1;
    }

    private String text() {
      String found = texts[text++];
      return found.indexOf('\1') < 0 ? found : found.replace("\0010", "\0").replace("\0011", "\1");
    }

    private Optional<String> optional() {
      return truth() ? Optional.of(text()) : Optional.empty();
    }

    Event event() {
      Event.ID id = YamlTexts.kind(number());
      return switch (id) {
        case StreamStart -> new StreamStartEvent();
        case StreamEnd -> new StreamEndEvent();
        case DocumentStart -> document();
        case DocumentEnd -> new DocumentEndEvent(!truth());
        case Alias -> new AliasEvent(Optional.of(new Anchor(text())));
        case Scalar -> scalar();
        case SequenceStart -> new SequenceStartEvent(optional().map(Anchor::new), optional(), truth(), flow());
        case SequenceEnd -> new SequenceEndEvent();
        case MappingStart -> new MappingStartEvent(optional().map(Anchor::new), optional(), truth(), flow());
        case MappingEnd -> new MappingEndEvent();
        default -> throw new IllegalArgumentException("no event " + id);
      };
    }

    private FlowStyle flow() {
      return number() == 2 ? FlowStyle.FLOW : FlowStyle.BLOCK;
    }

    private DocumentStartEvent document() {
      boolean implicit = truth();
      int major = number();
      int minor = number();
      Map<String, String> tags = new LinkedHashMap<>();
      for (int left = number(); left > 0; left--) {
        tags.put(text(), text());
      }
      Optional<SpecVersion> version = major == 0 ? Optional.empty() : Optional.of(new SpecVersion(major, minor));
      return new DocumentStartEvent(!implicit, version, tags);
    }

    private ScalarEvent scalar() {
      Optional<Anchor> anchor = optional().map(Anchor::new);
      Optional<String> tag = optional();
      String value = text();
      ImplicitTuple implicit = new ImplicitTuple(truth(), truth());
      return new ScalarEvent(anchor, tag, implicit, value, YamlTexts.style(number()));
    }
  }
}
