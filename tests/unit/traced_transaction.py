"""A coordinator and objects that a text drives, command by command, for traces that a person can read (`transaction_traces/`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from typing import Any

from amino_dms.joint.coordinator import COMMITTED, Coordinator
from amino_dms.joint.effects import Acknowledge, Answer, Apply, Ask, AskLater, Decide, Keep, Prepare, Settled, Store, Tell, Undo, Vote
from amino_dms.joint.ending import Ending
from amino_dms.joint.participation import Participation, Phase
from amino_dms.joint.transaction import Entry

SECONDS = 60.0


@dataclass
class Part:
    """An object: its part, and what its disk has of it."""

    part: Participation | None = None
    kept: str = ""
    transaction: str = ""


class TracedTransaction:
    """One OMS, objects, the messages between them, one clock, and the store."""

    def __init__(self) -> None:
        self.now = 0.0
        self.coordinator = Coordinator()
        self.store: dict[str, dict[str, str]] = {}
        self.storing: list[Store] = []
        self.parts: dict[tuple[str, str], Part] = {}
        """By the object and the transaction."""
        self.messages: list[tuple[str, str, Any]] = []
        self.lines: list[str] = []

    def run(self, command: str) -> str:
        """Does one command; answers what came of it."""
        self.lines = []
        word, *rest = command.split()
        getattr(self, f"do_{word}")(*rest)
        return "\n".join(self.lines) or "(nothing)"

    # commands

    def do_begin(self, name: str) -> None:
        """begin t: a client begins a transaction."""
        self.coordinator.begin(name, "client", self.now, SECONDS)

    def do_join(self, name: str, each: str, token: str = "", after: str = "") -> None:
        """join t a [token]: a call of it has come to an object, whose part begins. join t a - s: the object has got it from s."""
        token = token.strip("-") or f"{name}/{each}"
        self._do(self.coordinator.join(name, each, Entry(token, f"member of {each}", "caller", after), self.now))
        refusal = self.coordinator.refusal(name)
        if refusal is not None:
            self._show(f"refused: {refusal.reason}")
            return
        self.parts[each, name] = Part(Participation(token), "", name)

    def do_waits(self, name: str, each: str, holder: str) -> None:
        """waits t a u: a call of t waits for an object that u holds."""
        self._do(self.coordinator.wait(name, each, Entry(f"{name}/{each}", f"member of {each}", "caller"), holder, self.now))

    def do_commit(self, name: str) -> None:
        """commit t: the client asks for the commit."""
        self._do(self.coordinator.commit(name, self.now))

    def do_abort(self, name: str) -> None:
        """abort t: the client takes it back."""
        self._do(self.coordinator.abort(name, Ending("its client took it back")))

    def do_stored(self) -> None:
        """stored: the store has what it was given."""
        storing, self.storing = self.storing, []
        for each in storing:
            self.store[each.transaction] = dict(each.members)
            self._do(self.coordinator.stored(each.transaction))
        self._decide()

    def do_full(self) -> None:
        """full: the disk is full; the store has nothing of it."""
        storing, self.storing = self.storing, []
        for each in storing:
            self._do(self.coordinator.not_stored(each.transaction, Ending("the disk of the OMS is full", "storing")))
        self._decide()

    def do_deliver(self, to: str = "") -> None:
        """deliver [a]: the messages that wait (for a), until none is left."""
        while mine := [each for each in self.messages if to in ("", each[1])]:
            message = mine[0]
            self.messages.remove(message)
            self._receive(*message)

    def do_drop(self, to: str) -> None:
        """drop a: the messages for a are lost."""
        self.messages = [each for each in self.messages if each[1] != to]

    def do_copy(self, to: str) -> None:
        """copy a: the messages for a come twice."""
        self.messages += [each for each in self.messages if each[1] == to]

    def do_oms(self, word: str) -> None:
        """oms ends | starts: the OMS's process ends; another one leads, with the store's decisions."""
        self.storing, self.messages = [], [each for each in self.messages if "oms" not in each[:2]]
        self.coordinator = Coordinator()
        if word == "starts":
            for name, members in self.store.items():
                self._do(self.coordinator.stored_before(name, members, self.now))

    def do_object(self, each: str, word: str, name: str = "") -> None:
        """object a ends | kept | unkept | asks | idle | starts [t]: of a part in a transaction; without a name: in the last one."""
        known = self._known(each, name)
        if word == "ends":
            known.part = None
        elif word == "starts":
            phase = Phase(known.kept) if known.kept else Phase.ACTIVE
            known.part = Participation(f"{known.transaction}/{each}", phase)
            self._part(each, known, known.part.recovered())
        elif (part := known.part) is not None:
            happens: dict[str, Callable[[], Iterable[Any]]] = {
                "kept": part.kept,
                "asks": part.asks,
                "idle": part.lease_over,
                "unkept": lambda: part.not_kept(ran=False),
            }
            effects = happens[word]()
            known.kept = Phase.PREPARED.value if word == "kept" else known.kept
            self._part(each, known, effects)

    def do_wait(self, seconds: str) -> None:
        """wait 60: so many seconds pass."""
        self.now += float(seconds)
        self._do(self.coordinator.tick(self.now))

    # inside

    def _do(self, effects: Iterable[Any]) -> None:
        for effect in effects:
            match effect:
                case Prepare(_, each) | Tell(_, each):
                    self.messages.append(("oms", each, effect))
                    self._show(f"oms -> {each}: {_text(effect)}")
                case Decide():
                    self._decide()
                case Answer(name, ending):
                    self._show(f"client of {name}: {'committed' if ending is None else f'nothing, {ending.code}: {ending.reason}'}")
                case Settled(name):
                    self._show(f"{name} is settled")
                case _:
                    raise AssertionError(effect)

    def _decide(self) -> None:
        """The store is asked for one thing at a time."""
        if not self.storing:
            self.storing = self.coordinator.due()
            if self.storing:
                self._show(f"oms stores {', '.join(each.transaction for each in self.storing)}")

    def _known(self, each: str, name: str = "") -> Part:
        return next(
            part for (object_id, transaction), part in reversed(self.parts.items()) if object_id == each and name in ("", transaction)
        )

    def _part(self, each: str, known: Part, effects: Iterable[Any]) -> None:
        for effect in effects:
            match effect:
                case Vote(yes):
                    self._send(each, known, "yes" if yes else "no")
                case Acknowledge():
                    self._send(each, known, "done")
                case Ask():
                    self._send(each, known, "how did it end?")
                case AskLater():
                    pass
                case Keep():
                    self._show(f"{each} keeps its part")
                case Apply() | Undo():
                    self._show(f"{each} {'applies' if isinstance(effect, Apply) else 'undoes'} its part")
                    known.kept = ""
                    assert known.part is not None
                    self._part(each, known, known.part.done())
                case _:
                    raise AssertionError(effect)

    def _send(self, each: str, known: Part, text: str) -> None:
        self.messages.append((each, "oms", (known.transaction, text)))
        self._show(f"{each} -> oms: {text}")

    def _receive(self, sender: str, to: str, message: Any) -> None:
        if to == "oms":
            self._hear(sender, *message)
            return
        name, word = (message.transaction, "") if isinstance(message, Tell | Prepare) else message
        known = self.parts.get((to, name))
        if known is None:
            self._show(f"{to} lets no call of {name} wait")
        elif known.part is None:
            self._show(f"{to} does not answer")
        elif isinstance(message, Prepare):
            self._part(to, known, known.part.prepare(message.token))
        else:
            committed = message.committed if isinstance(message, Tell) else word == COMMITTED
            self._part(to, known, known.part.told(committed=committed))

    def _hear(self, sender: str, name: str, text: str) -> None:
        if text in ("yes", "no"):
            no = None if text == "yes" else Ending("it cannot commit", "preparing", sender)
            self._do(self.coordinator.voted(name, sender, f"{name}/{sender}", no))
        elif text == "done":
            self._do(self.coordinator.acknowledged(name, sender))
        elif outcome := self.coordinator.outcome(name):
            self.messages.append(("oms", sender, (name, outcome)))
            self._show(f"oms -> {sender}: {outcome}")
        else:
            self._show("not decided")

    def _show(self, line: str) -> None:
        self.lines.append(line)


def _text(effect: Any) -> str:
    told = [f"{each.name}={getattr(effect, each.name)}" for each in fields(effect) if each.name in ("committed", "reason")]
    return " ".join([type(effect).__name__, effect.transaction, *(each for each in told if not each.endswith("="))])
