"""Objects of each language that do what a careless or hostile guest does: loops, prints, fills its memory, raises, recurses, calls on."""

JS = """
module.exports = class Hostile {
  loop() { for (;;) {} }
  print() { for (let i = 0; i < 20000; i++) console.log('line ' + i); return null; }
  fill() { const all = []; for (let i = 0; i < 40; i++) all.push('x'.repeat(250000) + i); return all.length; }
  recurse() { return this.recurse() + 1; }
  raise() { throw { odd: true }; }
  large() { return 'y'.repeat(3000000); }
  odd() { return () => 1; }
  create() { return amino.create('Hostile'); }
  ask() { return amino.get('honest').incr(0); }
  wait() { return new Promise(() => {}); }
};
"""
PYTHON = """
class Odd(BaseException):
    pass


class Hostile:
    def loop(self):
        while True:
            pass

    def stubborn(self):
        while True:
            try:
                while True:
                    pass
            except BaseException:
                pass

    def print(self):
        for number in range(5000):
            print('line', number)

    def fill(self):
        return len([('x' * 250_000) + str(number) for number in range(40)])

    def recurse(self):
        return self.recurse() + 1

    def raise_(self):
        raise Odd({1, 2})

    def large(self):
        return 'y' * 3_000_000

    def odd(self):
        return lambda: 1

    def thread(self):
        import threading

        threading.Thread(target=print).start()

    def read(self):
        return open('/etc/hostname').read()
"""
RUBY = """
class Hostile
  def loop_
    loop {}
  end

  def print_
    5000.times { |number| puts "line #{number}" }
  end

  def fill
    Array.new(40) { |number| 'x' * 250_000 + number.to_s }.size
  end

  def recurse = recurse + 1
  def raise_ = raise(Exception, 'odd')
  def large = 'y' * 3_000_000
  def odd = -> { 1 }
  def thread = Thread.new { 1 }.value
  def read = File.read('/etc/hostname')
  def throw_ = throw(:nobody)
end
"""
GUESTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "js": (JS, ("loop", "print", "fill", "recurse", "raise", "large", "odd", "create", "ask", "wait")),
    "python": (PYTHON, ("loop", "stubborn", "print", "fill", "recurse", "raise_", "large", "odd", "thread", "read")),
    "ruby": (RUBY, ("loop_", "print_", "fill", "recurse", "raise_", "large", "odd", "thread", "read", "throw_")),
}
"""By language: the source of a class, and its members."""
