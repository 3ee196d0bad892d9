"""A group of members that a text drives, command by command, for traces that a person can read (`replication_traces/`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import fields

from amino_replication import effects as out
from amino_replication import events
from amino_replication.configuration import Configuration
from amino_replication.effects import Effect
from amino_replication.identity import MemberId
from amino_replication.log import Entry
from amino_replication.master import decide
from amino_replication.member import Member
from amino_replication.messages import Append, Message
from amino_replication.records import after
from amino_replication.reports import Handover, Report
from amino_replication.settings import Settings
from amino_replication.state import Blank, Founding, Start, Stored


def name(member: MemberId | None) -> str:
    """A member's first life by the kernel's name alone."""
    if member is None:
        return "-"
    return member.kernel if member.incarnation == 1 else str(member)


def member_of(text: str) -> MemberId:
    """The member that `name` shows so."""
    kernel, _, incarnation = text.partition("#")
    return MemberId(kernel, int(incarnation or 1))


def shown(value: object) -> str:
    """A value in a trace."""
    if isinstance(value, MemberId):
        return name(value)
    if isinstance(value, Entry):
        return f"{value.epoch}:{'mark' if value.data is None else value.data.decode()}"
    if isinstance(value, tuple):
        return f"[{' '.join(shown(each) for each in value)}]"
    if isinstance(value, bytes):
        return value.decode()
    return "-" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def parts(value: object, without: frozenset[str] = frozenset()) -> str:
    """A message, report or effect in a trace, without what is empty."""
    told = [
        f"{field.name}={shown(getattr(value, field.name))}"
        for field in fields(value)  # type: ignore[arg-type]
        if field.name not in without and getattr(value, field.name) not in (None, (), False)
    ]
    return " ".join([type(value).__name__, *told])


class TracedGroup:
    """Members, the messages between them, one clock, and what the store has."""

    def __init__(self) -> None:
        self.now = 0.0
        self.settings = Settings()
        self.members: dict[str, Member] = {}
        self.links: dict[tuple[str, str], list[tuple[MemberId, MemberId, Message]]] = defaultdict(list)
        self.disks: dict[str, Stored] = {}
        self.writes: dict[str, list[out.Write]] = defaultdict(list)
        self.ids: dict[str, MemberId] = {}
        self.stored: Configuration | None = None
        self.reports: list[Report] = []
        self.lines: list[str] = []

    def run(self, command: str) -> str:
        """Does one command; answers what came of it."""
        self.lines = []
        word, *rest = command.split()
        if word in self.members or word in self.ids:
            self._of_member(word, rest)
        else:
            act: Callable[..., None] = getattr(self, f"do_{word}")
            act(*rest)
        return "\n".join(self.lines) or "(nothing)"

    # commands of the whole

    def do_group(self, *words: str) -> None:
        """group a b c [+d] [durable] [setting=number]: members of the first configuration, and blank ones."""
        numbers = {key: float(value) for key, _, value in (word.partition("=") for word in words if "=" in word)}
        whole = {key: int(value) if key not in ("lease", "quiet_after", "replace_after") else value for key, value in numbers.items()}
        self.settings = Settings(durable="durable" in words, **whole)  # type: ignore[arg-type]
        names = [word for word in words if "=" not in word and word != "durable"]
        for each in names:
            self._start(each.lstrip("+"), Blank() if each.startswith("+") else Founding(), 1)
        self.stored = Configuration.first([MemberId(each, 1) for each in names if not each.startswith("+")])
        self._show(f"stored {self._configuration()}")

    def do_configure(self, *names: str) -> None:
        """configure [a b]: the members read what the store has."""
        assert self.stored is not None
        for each in names or tuple(self.members):
            self._event(each, events.Configured(self.stored))

    def do_master(self, *candidates: str) -> None:
        """master [d#2]: decides by the reports that came, with these candidates, and stores that."""
        assert self.stored is not None
        found = decide(self.stored, self.reports, [member_of(each) for each in candidates])
        if found is not None:
            self.stored = found
            self._show(f"stored {self._configuration()}")

    def do_handover(self, to: str) -> None:
        """handover b: the operator wants that b lead."""
        assert self.stored is not None
        self.reports.append(Handover(self.stored.epoch, member_of(to)))
        self.do_master()

    def do_deliver(self, *pair: str) -> None:
        """deliver [a b]: the messages that wait from a to b, or all of them until none is left."""
        if pair:
            self._deliver(pair[0], pair[1])
            return
        while waiting := [link for link, messages in self.links.items() if messages]:
            self._deliver(*waiting[0])

    def do_drop(self, sender: str, to: str) -> None:
        """drop a b: the messages from a to b are lost."""
        self.links[sender, to].clear()

    def do_copy(self, sender: str, to: str) -> None:
        """copy a b: the messages from a to b will come twice, the second time at the end."""
        self.links[sender, to] *= 2

    def do_swap(self, sender: str, to: str) -> None:
        """swap a b: the messages from a to b will come in the opposite order."""
        self.links[sender, to].reverse()

    def do_wait(self, milliseconds: str) -> None:
        """wait 50: so many milliseconds pass; members do what is due."""
        end = self.now + float(milliseconds) / 1000
        while (due := min((member.due for member in self.members.values()), default=end)) <= end:
            self.now = max(self.now, due)
            for each, member in list(self.members.items()):
                if member.due <= self.now:
                    self._done(each, member.flush(self.now))
        self.now = end

    # commands of a member

    def _of_member(self, each: str, words: list[str]) -> None:
        word, rest = words[0], words[1:]
        if word == "ends":
            self.members.pop(each)
            self.writes[each].clear()
        elif word == "starts":
            blank = rest[:1] == ["blank"]
            self._start(each, Blank() if blank else self.disks[each], self.ids[each].incarnation + blank)
        elif word == "written":
            count = int(rest[0]) if rest else len(self.writes[each])
            for write in self.writes[each][:count]:
                self.disks[each] = after(self.disks[each], write)
                self._event(each, events.Written(write.number))
            del self.writes[each][:count]
        elif word == "log":
            log = self.members[each].log
            entries = log.between(log.base, log.last)
            self._show(f"{each} has {shown(entries)} behind {log.base}, committed {self.members[each].committed}")
        else:
            self._event(each, EVENTS[word](*rest))

    # inside

    def _start(self, each: str, start: Start, incarnation: int) -> None:
        self.ids[each] = MemberId(each, incarnation)
        if not isinstance(start, Stored):
            self.disks[each] = Stored()
        self.members[each] = Member(self.ids[each], self.settings, start, self.now)

    def _deliver(self, sender: str, to: str) -> None:
        messages, self.links[sender, to] = self.links[sender, to], []
        member = self.members.get(to)
        if member is None:
            return
        mine = [events.Received(by, message) for by, receiver, message in messages if receiver == self.ids[to]]
        if len(mine) < len(messages):
            self._show(f"{to}: {len(messages) - len(mine)} messages for an earlier life are dropped")
        if mine:
            self._done(to, member.turn(self.now, *mine))

    def _event(self, each: str, event: events.Event) -> None:
        self._done(each, self.members[each].turn(self.now, event))

    def _done(self, each: str, effects: list[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, out.Send):
                self.links[each, effect.to.kernel].append((self.ids[each], effect.to, effect.message))
                self._show(f"{each} -> {name(effect.to)}: {self._message(effect.message)}")
                continue
            if isinstance(effect, out.Tell):
                self.reports.append(effect.report)
                self._show(f"{each} tells {parts(effect.report, frozenset(('by',)))}")
                continue
            if isinstance(effect, out.Write):
                self.writes[each].append(effect)
            self._show(f"{each}: {parts(effect)}")

    @staticmethod
    def _message(message: Message) -> str:
        if isinstance(message, Append):
            place = f"behind={message.previous}@{message.previous_epoch}"
            quiet = " quiet" if message.quiet else ""
            entries = shown(message.entries)
            return f"Append epoch={message.epoch} round={message.round} {place} {entries} committed={message.committed}{quiet}"
        return parts(message)

    def _configuration(self) -> str:
        return parts(self.stored, frozenset(("size",))).partition(" ")[2]

    def _show(self, line: str) -> None:
        self.lines.append(line)


EVENTS: dict[str, Callable[..., events.Event]] = {
    "propose": lambda request, data: events.Propose(int(request), data.encode()),
    "read": lambda request, quorum="": events.Read(int(request), quorum == "quorum"),
    "snapshot": lambda to, index, data: events.Snapshot(member_of(to), int(index), data.encode()),
    "taken": lambda index: events.SnapshotTaken(int(index)),
    "installed": lambda index: events.Installed(int(index)),
    "checksum": lambda index, digest: events.Checksummed(int(index), digest.encode()),
    "unreachable": lambda kernel, ended="": events.Unreachable(kernel, ended == "ended"),
}
"""What happens to a member, by the word after its name."""
