"""Sources of the objects that these tests register."""

COUNTER_JS = """
module.exports = class Counter {
  constructor(start = 0) { this.value = start; }
  incr(n = 1) { this.value += n; return this.value; }
  get() { return this.value; }
  fail() { throw new TypeError('not today'); }
  say(text) { console.log(text); return null; }
  spin() { for (;;) {} }
};
"""

COUNTER_PYTHON = """
class Counter:
    def __init__(self, start=0):
        self.value = start

    def incr(self, n=1):
        self.value += n
        return self.value

    def get(self):
        return self.value
"""

COUNTER_RUBY = """
class Counter
  def initialize(start = 0)
    @value = start
  end

  def incr(n = 1)
    @value += n
  end

  def get
    @value
  end
end
"""

CALLER_JS = """
module.exports = class Caller {
  through(name, n) { return amino.get(name).incr(n); }
  hold(other) { this.other = other; return null; }
  pass(n) { return this.other.incr(n); }
  make(name, start) { return amino.create(name, start); }
};
"""

KNOT_JS = """
module.exports = class Knot {
  tie(other) { this.other = other; return null; }
  pull(ms) {
    const end = Date.now() + ms;
    while (Date.now() < end) {}
    return this.other.touch();
  }
  touch() { return 'touched'; }
};
"""
