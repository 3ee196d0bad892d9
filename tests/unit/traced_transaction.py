"""A coordinator and objects that a text drives, command by command, for traces that a person can read (`transaction_traces/`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from amino_dms.joint.coordinator import COMMITTED, Coordinator
from amino_dms.joint.effects import Acknowledge, Answer, Apply, Ask, AskLater, Keep, Prepare, Settled, Store, Tell, Undo, Vote
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
        self.parts: dict[str, Part] = {}
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

    def do_join(self, name: str, each: str, token: str = "") -> None:
        """join t a [token]: a call of it has come to an object, whose part begins."""
        token = token or f"{name}/{each}"
        self._do(self.coordinator.join(name, each, Entry(token, f"member of {each}", "caller"), self.now))
        refusal = self.coordinator.refusal(name)
        if refusal is not None:
            self._show(f"refused: {refusal.reason}")
            return
        self.parts[each] = Part(Participation(token), "", name)

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

    def do_full(self) -> None:
        """full: the disk is full; the store has nothing of it."""
        storing, self.storing = self.storing, []
        for each in storing:
            self._do(self.coordinator.not_stored(each.transaction, Ending("the disk of the OMS is full", "storing")))

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

    def do_object(self, each: str, word: str) -> None:
        """object a ends | kept | unkept | asks | idle | starts: of one object."""
        known = self.parts[each]
        if word == "ends":
            known.part = None
        elif word == "starts":
            phase = Phase(known.kept) if known.kept else Phase.ACTIVE
            known.part = Participation(f"{known.transaction}/{each}", phase)
            self._part(each, known.part.recovered())
        elif known.part is not None:
            effects = {
                "kept": known.part.kept,
                "asks": known.part.asks,
                "idle": known.part.lease_over,
                "unkept": lambda: known.part.not_kept(ran=False) if known.part else (),
            }[word]()
            known.kept = Phase.PREPARED.value if word == "kept" else known.kept
            self._part(each, effects)

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
                case Store():
                    self.storing.append(effect)
                    self._show(f"oms stores {effect.transaction}")
                case Answer(name, ending):
                    self._show(f"client of {name}: {'committed' if ending is None else f'nothing, {ending.code}: {ending.reason}'}")
                case Settled(name):
                    self._show(f"{name} is settled")
                case _:
                    raise AssertionError(effect)

    def _part(self, each: str, effects: Iterable[Any]) -> None:
        known = self.parts[each]
        for effect in effects:
            match effect:
                case Vote(yes):
                    self._send(each, "yes" if yes else "no")
                case Acknowledge():
                    self._send(each, "done")
                case Ask():
                    self._send(each, "how did it end?")
                case AskLater():
                    pass
                case Keep():
                    self._show(f"{each} keeps its part")
                case Apply() | Undo():
                    self._show(f"{each} {'applies' if isinstance(effect, Apply) else 'undoes'} its part")
                    known.kept = ""
                    assert known.part is not None
                    self._part(each, known.part.done())
                case _:
                    raise AssertionError(effect)

    def _send(self, each: str, text: str) -> None:
        self.messages.append((each, "oms", text))
        self._show(f"{each} -> oms: {text}")

    def _receive(self, sender: str, to: str, message: Any) -> None:
        if to == "oms":
            self._hear(sender, message)
            return
        part = self.parts[to].part if to in self.parts else None
        if isinstance(message, Tell) and message.transaction != self.parts[to].transaction:
            self._show(f"{to} lets no call of {message.transaction} wait")
        elif part is None:
            self._show(f"{to} does not answer")
        elif isinstance(message, Prepare):
            self._part(to, part.prepare(message.token))
        else:
            self._part(to, part.told(committed=message.committed if isinstance(message, Tell) else message == COMMITTED))

    def _hear(self, sender: str, text: str) -> None:
        name = self.parts[sender].transaction
        if text in ("yes", "no"):
            no = None if text == "yes" else Ending("it cannot commit", "preparing", sender)
            self._do(self.coordinator.voted(name, sender, f"{name}/{sender}", no))
        elif text == "done":
            self._do(self.coordinator.acknowledged(name, sender))
        elif outcome := self.coordinator.outcome(name):
            self.messages.append(("oms", sender, outcome))
            self._show(f"oms -> {sender}: {outcome}")
        else:
            self._show("not decided")

    def _show(self, line: str) -> None:
        self.lines.append(line)


def _text(effect: Any) -> str:
    told = [f"{each.name}={getattr(effect, each.name)}" for each in fields(effect) if each.name in ("committed", "reason")]
    return " ".join([type(effect).__name__, effect.transaction, *(each for each in told if not each.endswith("="))])
