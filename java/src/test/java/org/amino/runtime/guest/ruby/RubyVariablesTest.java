package org.amino.runtime.guest.ruby;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.amino.runtime.guest.Workbench;
import org.amino.runtime.guest.WorkbenchTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the runtime says of variables that an object's code changes and that no object has. */
class RubyVariablesTest extends WorkbenchTest {
  @BeforeEach
  void requireLanguage() {
    assumeTrue(Workbench.has("ruby"));
  }

  /** Such as {@code a.rb:3 class variable @@total of Counter}. */
  private List<String> told(String entry, String text) throws Exception {
    return bench.told("ruby", entry, text);
  }

  @Test
  void eachVariableIsToldOnceWhereItIsChangedFirst() throws Exception {
    assertEquals(List.of(
        "a.rb:15 class variable @@total of Counter", "a.rb:16 class variable @@names of Counter", "a.rb:19 global variable $last",
        "a.rb:20 constant CACHE", "a.rb:21 constant LIST", "a.rb:22 class variable Counter.level",
        "a.rb:25 class variable @made of Counter", "a.rb:26 class variable @table of Counter", "a.rb:30 class variable @inner of Counter",
        "a.rb:34 class variable @@late of Counter"), told("a.rb", """
            CACHE = {}
            LIST = []
            WORDS = %w[a b].freeze
            $last = nil
            # Counts.
              class Counter
                @@total = 0
                @@names = []
                @@late = 0
                @made = 0
                @table = {}
                class << self; attr_accessor :level; end

                def incr
                  @@total += 1
                  @@names << 'a'
                end
                def look(key)
                  $last = key
                  CACHE[key] ||= 1
                  LIST.push(key)
                  self.class.level += 1
                end
                def self.make
                  @made += 1
                  @table[:a][:b] = 1
                  new
                end
                class << self
                  def inner(to) = @inner = to
                end
                def more
                  first, @@total = 1, 2
                  @@names.each { @@late = _1 }
                end
              end
            """));
  }

  @Test
  void whatIsSetWhileTheFileIsLoadedIsNoChange() throws Exception {
    assertEquals(List.of(), told("a.rb", """
        TABLE = {}
        %w[a b].each { |word| TABLE[word] = word.size }
        FIXED = { a: 1 }.freeze
        $level = 3
        class Counter
          @@limit = 1
          @@limit += 1
          @kinds = []
          def self.kind(name) = @kinds << name
          kind :a
          kind :b

          def initialize = @own = 0
          def incr
            @own += 1
            table = {}
            table[:a] = 1
            list = TABLE.dup
            list[:b] = @@limit + $level
            $stdout = $stdout
            @items ||= []
            @items << FIXED[:a]
          end
        end
        """));
  }

  @Test
  void aClassThatSavesItselfIsNotToldOfItNorAModuleOfItsOwnVariables() throws Exception {
    assertEquals(List.of(), told("a.rb", """
        class Counter
          @@total = 0
          def incr = @@total += 1
          def amino_save = @@total
          def amino_load(state) = @@total = state
        end
        """));
    assertEquals(List.of("b.rb:3 class variable @@all of Tally"), told("b.rb", """
        module Tally
          def self.incr = @total = @total.to_i + 1
          def self.all = @@all = 1
        end
        """));
  }

  @Test
  void filesThatAreRequiredAreReadGemsAreNot() throws Exception {
    bench.file("part.rb", "class Part\n  def self.following = @parts = @parts.to_i + 1\nend\n");
    bench.file("lib/many.rb", "class Many\n  def self.many = @@inner = 1\nend\n");
    assertEquals(List.of("part.rb:2 class variable @parts of Part"), told("cart.rb", """
        require_relative 'part'
        require 'many'
        class Cart
          def incr
            Many.many
            Part.following
          end
        end
        """));
  }
}
