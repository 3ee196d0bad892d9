package org.amino.runtime.guest.ruby;

import java.util.Optional;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyArray;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.common.SpecVersion;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentEndEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Takes a YAML text apart for a guest: an array of what is wrong (empty: nothing), the numbers of all events, and their
 * texts (see {@link YamlTexts}). `library/psych.rb` has the other half.
 */
final class YamlReader implements ProxyExecutable {
  private static final LoadSettings SETTINGS =
      LoadSettings.builder().setCodePointLimit(Integer.MAX_VALUE).setVersionFunction(version -> version).build();

  @Override
  public Object execute(Value... arguments) {
    StringBuilder numbers = new StringBuilder();
    YamlTexts texts = new YamlTexts();
    String wrong = "";
    try {
      for (Event event : new Parse(SETTINGS).parseString(arguments[0].asString())) {
        put(event, numbers, texts);
      }
    } catch (MarkedYamlEngineException invalid) {
      String context = invalid.getContext() == null ? "" : invalid.getContext();
      wrong = place(invalid.getProblemMark()) + '\n' + invalid.getProblem() + '\n' + context;
    } catch (YamlEngineException invalid) {
      wrong = "0 0 0\n" + invalid.getMessage() + '\n';
    }
    return ProxyArray.fromArray(wrong, numbers.toString(), texts.toString());
  }

  private static String place(Optional<Mark> mark) {
    return mark.map(at -> (at.getLine() + 1) + " " + (at.getColumn() + 1) + " " + at.getIndex()).orElse("0 0 0");
  }

  private static void put(Event event, StringBuilder numbers, YamlTexts texts) {
    add(numbers, YamlTexts.number(event.getEventId()));
    add(numbers, event.getStartMark().map(Mark::getLine).orElse(0));
    add(numbers, event.getStartMark().map(Mark::getColumn).orElse(0));
    add(numbers, event.getEndMark().map(Mark::getLine).orElse(0));
    add(numbers, event.getEndMark().map(Mark::getColumn).orElse(0));
    if (event instanceof DocumentStartEvent start) {
      document(start, numbers, texts);
    } else if (event instanceof DocumentEndEvent end) {
      add(numbers, end.isExplicit() ? 0 : 1);
    } else if (event instanceof NodeEvent node) {
      node(node, numbers, texts);
    }
  }

  private static void document(DocumentStartEvent start, StringBuilder numbers, YamlTexts texts) {
    add(numbers, start.isExplicit() ? 0 : 1);
    add(numbers, start.getSpecVersion().map(SpecVersion::getMajor).orElse(0));
    add(numbers, start.getSpecVersion().map(SpecVersion::getMinor).orElse(0));
    add(numbers, start.getTags().size());
    start.getTags().forEach((handle, prefix) -> {
      texts.add(handle);
      texts.add(prefix);
    });
  }

  private static void node(NodeEvent node, StringBuilder numbers, YamlTexts texts) {
    if (node instanceof AliasEvent alias) {
      texts.add(alias.getAlias().getValue());
      return;
    }
    Optional<String> tag =
        node instanceof ScalarEvent scalar ? scalar.getTag() : ((CollectionStartEvent) node).getTag();
    optional(node.getAnchor().map(Anchor::getValue), numbers, texts);
    optional(tag.filter(name -> !name.equals("!")), numbers, texts);
    if (node instanceof ScalarEvent scalar) {
      texts.add(scalar.getValue());
      add(numbers, scalar.getImplicit().canOmitTagInPlainScalar() ? 1 : 0);
      add(numbers, scalar.getImplicit().canOmitTagInNonPlainScalar() ? 1 : 0);
      add(numbers, YamlTexts.number(scalar.getScalarStyle()));
    } else {
      CollectionStartEvent start = (CollectionStartEvent) node;
      add(numbers, start.isImplicit() ? 1 : 0);
      add(numbers, start.isFlow() ? 2 : 1);
    }
  }

  private static void optional(Optional<String> text, StringBuilder numbers, YamlTexts texts) {
    add(numbers, text.isPresent() ? 1 : 0);
    text.ifPresent(texts::add);
  }

  private static void add(StringBuilder numbers, int number) {
    numbers.append(number).append(' ');
  }
}
