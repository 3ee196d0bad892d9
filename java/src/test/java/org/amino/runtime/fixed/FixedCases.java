package org.amino.runtime.fixed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.amino.runtime.guest.Examples;
import org.amino.runtime.testing.JsonFile;

/** The cases of {@code tests/conformance/fixed.json}, whose first lines say what they mean, as an artifact with a member for each. */
final class FixedCases {
  /** One body. */
  record Case(String member, String code, String is, String asks) {
    @Override
    public String toString() {
      return member + ": " + code;
    }
  }

  private static final Map<String, String> HELPERS = Map.of("js", """
      export const now = Date.now, random = Math.random, Clock = Date;
      export const kept = {}, weak = new WeakRef(kept), started = Date.now(), salt = Math.random();
      """, "python", """
      import random
      from time import time as now
      draw = random.random
      started, salt = now(), draw()
      class Clock:
          now = now
      """, "ruby", """
      HELPER = Time.method(:now)
      HELPER_DRAW = Kernel.method(:rand)
      HELPER_STARTED = Time.now.to_f
      HELPER_SALT = rand
      """);

  private FixedCases() {}

  static String entry(String language) {
    return switch (language) {
      case "js" -> "probe.mjs";
      case "python" -> "probe.py";
      default -> "probe.rb";
    };
  }

  static List<Case> of(String language) {
    Map<?, ?> file = (Map<?, ?>) JsonFile.read(Examples.root().resolve("tests/conformance/fixed.json"));
    List<Case> found = new ArrayList<>();
    for (Object each : (List<?>) file.get("cases")) {
      Map<?, ?> about = (Map<?, ?>) each;
      for (Object code : (List<?>) about.get(language)) {
        String asks = about.get("asks") instanceof String text ? text : "";
        found.add(new Case("p" + found.size(), (String) code, (String) about.get("is"), asks));
      }
    }
    return found;
  }

  /** Writes the artifact. Each member keeps its result, so that the state tells of all. */
  static void write(Path folder, String language, List<Case> cases) throws IOException {
    StringBuilder text = new StringBuilder();
    switch (language) {
      case "js" -> {
        Files.writeString(folder.resolve("helper.mjs"), HELPERS.get(language));
        text.append("import * as helper from './helper.mjs';\nlet other;\nexport default class Probe {\n  constructor(o) { other = o; this.kept = {}; }\n");
        cases.forEach(each -> text.append("  ").append(each.member()).append("() { return this.keep('").append(each.member()).append("', (() => { ")
            .append(each.code()).append("\n })() ?? null); }\n"));
        text.append("  keep(name, value) { if (value instanceof Promise) return value.then((got) => this.keep(name, got)); return this.kept[name] = value; }\n");
        text.append("}\n");
      }
      case "python" -> {
        Files.writeString(folder.resolve("helper.py"), HELPERS.get(language));
        text.append("import helper\nclass Probe:\n  def __init__(self, other):\n    self.other = other\n    self.kept = {}\n");
        for (Case each : cases) {
          text.append("  def ").append(each.member()).append("(self):\n    def run():\n      ").append(each.code().replace("\n", "\n      "));
          text.append("\n    self.kept['").append(each.member()).append("'] = run()\n    return self.kept['").append(each.member()).append("']\n");
        }
      }
      default -> {
        text.append(HELPERS.get(language)).append("class Held; def initialize; @a = Object.new; end; end\nclass Probe\n");
        text.append("  def initialize(other)\n    @other = other\n    @kept = {}\n  end\n");
        for (Case each : cases) {
          String code = each.code().replace("class Held; def initialize; @a = Object.new; end; end; ", "");
          text.append("  def ").append(each.member()).append("\n    @kept[:").append(each.member()).append("] = lambda { ").append(code).append(" }.call\n  end\n");
        }
        text.append("end\n");
      }
    }
    Files.writeString(folder.resolve(entry(language)), text);
  }
}
