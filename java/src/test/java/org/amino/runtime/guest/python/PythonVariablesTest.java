package org.amino.runtime.guest.python;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.amino.runtime.guest.Workbench;
import org.amino.runtime.guest.WorkbenchTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the runtime says of variables that an object's code changes and that no object has. */
class PythonVariablesTest extends WorkbenchTest {
  @BeforeEach
  void requireLanguage() {
    assumeTrue(Workbench.has("python"));
  }

  /** Such as {@code a.py:3 module variable total}. */
  private List<String> told(String entry, String text) throws Exception {
    return bench.told("python", entry, text);
  }

  @Test
  void eachVariableIsToldOnceWhereItIsChangedFirst() throws Exception {
    bench.file("settings.py", "level = 1\ntable = {}\n");
    assertEquals(List.of(
        "a.py:22 class variable Counter.total", "a.py:23 class variable Counter.items", "a.py:27 module variable last", "a.py:28 module variable CACHE",
        "a.py:29 module variable NAMES", "a.py:30 module variable ids", "a.py:31 module variable settings.level",
        "a.py:32 module variable settings.table", "a.py:33 module variable mp.dps", "a.py:37 class variable Counter.made",
        "a.py:38 class variable Counter.by_name", "a.py:42 class variable Counter.sets", "a.py:43 module variable queue"), told("a.py", """
            import heapq
            import itertools
            import settings

            class Context:
                def __init__(self):
                    self.dps = 15

            mp = Context()
            last = None
            CACHE, NAMES = {}, []
            ids = itertools.count()
            queue = []

            class Counter:
                total = 0
                made = 0
                items = []
                by_name = {}

                def incr(self):
                    Counter.total += 1
                    self.items.append(1)

                def look(self, key):
                    global last
                    last = key
                    CACHE[key] = {}
                    NAMES.append(key)
                    n = next(ids)
                    settings.level = n
                    settings.table["a"] = [lambda: NAMES.clear()]
                    mp.dps = 50

                @classmethod
                def make(cls, name):
                    cls.made += 1
                    cls.by_name[name] = 1
                    return cls()

                def more(self):
                    type(self).sets = {1}
                    heapq.heappush(queue, 1)
                    self.__class__.total = 5

            __amino__ = Counter
            """));
  }

  @Test
  void whatIsSetWhileTheModuleIsLoadedIsNoChange() throws Exception {
    assertEquals(List.of(), told("a.py", """
        import functools

        LIMIT = 5
        LIMIT = 6
        TABLE = {}
        for word in ("a", "b"):
            TABLE[word] = len(word)
        KINDS = {}

        def kind(cls):
            KINDS[cls.__name__] = cls
            return cls

        def prepare():
            global LIMIT
            LIMIT = 7
            TABLE["c"] = 1

        prepare()

        class Base:
            kinds = []

            def __init_subclass__(cls):
                Base.kinds.append(cls)

        @kind
        class Part(Base):
            pass

        @functools.lru_cache
        def squared(n):
            return n * n

        class Counter:
            limit = 3
            items = ()
            names = []
            total = 0

            def __init__(self):
                self.names = []
                self.total += 1

            def incr(self, TABLE, *, KINDS=None):
                self.names.append(1)
                self.total += 1
                LIMIT = 3
                LIMIT += 1
                TABLE["x"] = 1
                KINDS.update(a=1)
                return [LIMIT for LIMIT in range(3)], Counter.limit, sorted(Base.kinds), squared(4)

        __amino__ = Counter
        """));
  }

  @Test
  void aClassThatSavesItselfIsNotToldOfItNorAModuleOfItsOwnVariables() throws Exception {
    assertEquals(List.of(), told("a.py", """
        class Counter:
            total = 0
            def incr(self): Counter.total += 1
            def amino_save(self): return Counter.total
            def amino_load(self, state): Counter.total = state
        """));
    assertEquals(List.of("b.py:9 class variable Part.made"), told("b.py", """
        total = 0
        seen = []
        class Part(Exception):
            made = 0
        def incr():
            global total
            total += 1
            seen.append(total)
            Part.made += 1
        """));
  }

  @Test
  void modulesThatAreImportedAreReadPackagesAreNot() throws Exception {
    bench.file("shop/__init__.py", "");
    bench.file("shop/part.py", "parts = 0\ndef following():\n    global parts\n    parts += 1\n    return parts\n");
    bench.file("many.py", "inner = 0\ndef many():\n    global inner\n    inner += 1\n");
    bench.file("many-1.0.dist-info/RECORD", "many.py,sha256=x,1\nmany-1.0.dist-info/RECORD,,\n");
    assertEquals(List.of("shop/part.py:4 module variable parts"), told("shop/cart.py", """
        from shop.part import following
        from many import many
        class Cart:
            def incr(self):
                many()
                return following()
        """));
  }
}
