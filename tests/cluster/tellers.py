"""Objects that begin transactions, in each language."""

from __future__ import annotations

TELLER_JS = """
export default class Teller {
  async transfer(source, target, amount) {
    return amino.transaction(async () => {
      await amino.get(source).async.add(-amount);
      await null;
      return amino.get(target).async.add(amount);
    }, { timeout: 10, tries: 10 });
  }
  async slow(target, amount) {
    await amino.transaction(async () => { await amino.get(target).async.add(amount); await new Promise((go) => setTimeout(go, 60000)); });
  }
  async own() { await amino.transaction(() => amino.self.async.change()); }
  change() { return 1; }
  /** What runs beside a block is no part of it, and what a timer of the block does is. */
  async beside(inside, outside, amount) {
    const block = amino.transaction(async () => {
      await amino.get(inside).async.add(amount);
      await new Promise((go, no) => setTimeout(() => amino.get(inside).async.add(amount).then(go, no), 5));
      throw new RangeError('undone');
    }).catch((error) => error.message);
    const other = (async () => { await new Promise((go) => setTimeout(go, 1)); return amino.get(outside).async.add(amount); })();
    return [await block, await other];
  }
  /** Two transactions of one member are two. */
  async two(one, other) {
    const add = (name, amount) => amino.transaction(async () => {
      await amino.get(name).async.add(amount);
      return amino.get(name).async.balance();
    });
    return Promise.all([add(one, 1), add(other, 2)]);
  }
  forgets(target, amount) { amino.transaction(() => amino.get(target).async.add(amount)).catch(() => {}); return 'gone'; }
  hasAsyncContext() { return typeof AsyncContext; }
}
"""
TELLER_PYTHON = """
import asyncio
import time

import amino


class Teller:
    def transfer(self, source, target, amount):
        def work():
            amino.get(source).add(-amount)
            return amino.get(target).add(amount)

        return amino.transact(work, tries=10, timeout=10)

    def slow(self, target, amount):
        with amino.transaction():
            amino.get(target).add(amount)
            time.sleep(60)

    def own(self):
        with amino.transaction():
            amino.self.change()

    def change(self):
        return 1

    async def beside(self, inside, outside, amount):
        async def block():
            async with amino.transaction():
                await asyncio.sleep(0.01)
                amino.get(inside).add(amount)
                await asyncio.sleep(0.05)
                amino.get(inside).add(amount)
                raise ValueError("undone")

        async def other():
            await asyncio.sleep(0.03)
            return amino.get(outside).add(amount)

        told, added = await asyncio.gather(block(), other(), return_exceptions=True)
        return [str(told), added]
"""
TELLER_RUBY = """
class Teller
  def transfer(source, target, amount)
    Amino.transaction(timeout: 10, tries: 10) do
      Amino.get(source).add(-amount)
      Amino.get(target).add(amount)
    end
  end

  def slow(target, amount)
    Amino.transaction do
      Amino.get(target).add(amount)
      sleep 60
    end
  end

  def own
    Amino.transaction { Amino.self.change }
  end

  def change = 1

  def jumps(target, amount)
    Amino.transaction { Amino.get(target).add(amount); break 7 }
  end
end
"""
TELLERS = {"js": ("teller.js", TELLER_JS), "python": ("teller.py", TELLER_PYTHON), "ruby": ("teller.rb", TELLER_RUBY)}
