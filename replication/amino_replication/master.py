"""The master: from the stored configuration and what is reported to the next configuration, which the OMS stores by compare-and-swap.

The master alone decides epoch, leader and members (Vertical Paxos 2, PacificA 3.1). It is a function: any number of processes may
decide at once, since the store takes the decision of only one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from amino_replication.configuration import Configuration, majority
from amino_replication.identity import MemberId
from amino_replication.reports import CaughtUp, Differs, Handover, Leaves, Longer, Opened, Report, Suspected


@dataclass(slots=True)
class Reports:
    """Reports that are not too old. They need no disk: members repeat them as long as they are true.

    Arguments:
        window: how long a report counts, in seconds of the caller's clock.
    """

    window: float
    _reports: dict[tuple[object, ...], tuple[float, Report]] = field(default_factory=dict[tuple[object, ...], tuple[float, Report]])

    def add(self, report: Report, now: float) -> None:
        """A report has come. It takes the place of the same member's earlier one about the same thing."""
        about = (type(report), getattr(report, "by", None), getattr(report, "member", None), getattr(report, "ended", False))
        self._reports[about] = (now, report)

    def lives(self, member: MemberId) -> None:
        """A process of the member is there: reports that it has ended were of an earlier one."""
        self._reports = {
            about: (came, report)
            for about, (came, report) in self._reports.items()
            if not (isinstance(report, Suspected) and report.ended and report.member == member)
        }

    def recent(self, epoch: int, now: float) -> list[Report]:
        """Those that count; others are forgotten."""
        self._reports = {
            about: (came, report) for about, (came, report) in self._reports.items() if now - came < self.window and report.epoch >= epoch
        }
        return [report for _, report in self._reports.values() if report.epoch == epoch]


def believed(configuration: Configuration, report: Report) -> bool:
    """Whether a report is of the present epoch, by a member of it. Of the end of a process only that process itself may tell: of all
    others the OMS knows better."""
    by = getattr(report, "by", None)
    if report.epoch != configuration.epoch or by is None or not configuration.holds(by):
        return False
    return not (isinstance(report, Suspected) and report.ended and report.member != by)


def decide(configuration: Configuration, reports: Iterable[Report], candidates: Sequence[MemberId] = ()) -> Configuration | None:
    """The next configuration; None: nothing is to be changed. One thing changes at a time.

    Arguments:
        configuration: as it is stored.
        reports: recent ones; those of other epochs are ignored.
        candidates: members without a place and without a log that are ready to join, the best first.
    """
    reported = [report for report in reports if report.epoch == configuration.epoch]
    free = [each for each in candidates if not configuration.holds(each) and each not in configuration.former]
    ended = {report.member for report in reported if isinstance(report, Suspected) and report.ended}
    # A kernel that offers a newer member has forgotten the older one.
    placed = (*configuration.members, *configuration.joining)
    ended |= {each for each in placed if any(f.kernel == each.kernel and f.incarnation > each.incarnation for f in free)}
    return (
        _without_leader(configuration, reported, ended)
        or _by_order(configuration, reported)
        or _completed(configuration, reported)
        or _rolled_back(configuration, reported, ended)
        or _caught_up(configuration, reported)
        or _joining(configuration, reported, ended, free)
    )


def _changed(configuration: Configuration, leader: MemberId, ended: Iterable[MemberId] = ()) -> Configuration:
    """The next epoch with this leader. Former members are those of the last complete epoch."""
    former = configuration.members if configuration.complete else configuration.former
    over = dict.fromkeys((*configuration.ended, *ended))
    over.pop(leader, None)
    return replace(configuration, epoch=configuration.epoch + 1, leader=leader, former=former, ended=tuple(over))


def _without_leader(configuration: Configuration, reports: Sequence[Report], ended: set[MemberId]) -> Configuration | None:
    """Another leader, where that one has ended or most members hear nothing of it: fewer may be cut off themselves."""
    leader = configuration.leader
    suspecting = {
        report.by for report in reports if isinstance(report, Suspected) and report.member == leader and report.by in configuration.members
    }
    if leader not in ended and len(suspecting) < majority(len(configuration.members)):
        return None
    chosen = _next_leader(configuration, reports, ended)
    return None if chosen is None else _changed(configuration, chosen, ended & {leader})


def _next_leader(configuration: Configuration, reports: Sequence[Report], ended: set[MemberId]) -> MemberId | None:
    """The member that lives and has the longest log, as far as reports say; it reads the others' logs in any case."""
    leader = configuration.leader
    suspicions = [report for report in reports if isinstance(report, Suspected)]
    alive = {report.by: report.end for report in suspicions}
    silent = {report.member for report in suspicions if report.by == leader} | ended
    restarted = any(report.by == report.member == leader and report.ended for report in suspicions)
    able = [each for each in configuration.members if (restarted if each == leader else each not in ended)]
    if not able:
        return None
    return max(able, key=lambda each: (each in alive, each not in silent, each not in configuration.leaving, alive.get(each, (0, 0))))


def _by_order(configuration: Configuration, reports: Sequence[Report]) -> Configuration | None:
    for report in reports:
        wanted = report.to if isinstance(report, Handover) else None
        if isinstance(report, Longer) and report.by == configuration.leader:
            wanted = report.member
        if wanted is not None and wanted != configuration.leader and wanted in configuration.members:
            return _changed(configuration, wanted)
    return None


def _completed(configuration: Configuration, reports: Sequence[Report]) -> Configuration | None:
    opened = any(isinstance(report, Opened) and report.by == configuration.leader for report in reports)
    return replace(configuration, former=configuration.members) if opened and not configuration.complete else None


def _rolled_back(configuration: Configuration, reports: Sequence[Report], ended: set[MemberId]) -> Configuration | None:
    """The former members again, where a new one is lost before the epoch was complete, or where a former member without a place has the
    longest log: nothing was committed in it, and a majority of the new members may never be there."""
    former = configuration.former
    lost = _silent(configuration, reports, ended)
    longer = next((each.member for each in reports if isinstance(each, Longer) and each.by == configuration.leader), None)
    displaced = longer in former and longer not in configuration.members
    if configuration.complete or not (displaced or any(each in lost and each not in former for each in configuration.members)):
        return None
    leader = configuration.leader if longer is None or not displaced else longer
    if leader not in former:
        leader = next((each for each in former if each in configuration.members and each not in lost), former[0])
    leaving = (*configuration.leaving, *(each for each in former if each not in configuration.members))
    joining = tuple(each for each in configuration.joining if each not in lost)
    return replace(_changed(configuration, leader), members=former, joining=joining, leaving=tuple(dict.fromkeys(leaving)))


def _silent(configuration: Configuration, reports: Sequence[Report], ended: set[MemberId]) -> set[MemberId]:
    """The members that the leader does not hear, or whose processes have ended."""
    return {report.member for report in reports if isinstance(report, Suspected) and report.by == configuration.leader} | ended


def _caught_up(configuration: Configuration, reports: Sequence[Report]) -> Configuration | None:
    """A member that has caught up takes the place of a member that leaves."""
    if not configuration.complete:
        return None
    for report in reports:
        if not isinstance(report, CaughtUp) or report.by != configuration.leader or report.member not in configuration.joining:
            continue
        joins = report.member
        members = list(configuration.members)
        leaves = next((each for each in configuration.leaving if each in members and each != configuration.leader), None)
        if leaves is not None:
            members[members.index(leaves)] = joins
        elif len(members) < configuration.size:
            members.append(joins)
        changed = _changed(configuration, configuration.leader)
        joining = tuple(each for each in configuration.joining if each != joins)
        leaving = tuple(each for each in configuration.leaving if each != leaves)
        return replace(changed, members=tuple(members), joining=joining, leaving=leaving)
    return None


def _joining(
    configuration: Configuration, reports: Sequence[Report], ended: set[MemberId], free: Sequence[MemberId]
) -> Configuration | None:
    """Somebody joins for each member that is lost, differs or is to leave. A member that is lost goes on to count until then."""
    silent = _silent(configuration, reports, ended)
    gone = [each for each in configuration.joining if each in silent]
    if gone:
        return replace(
            _changed(configuration, configuration.leader), joining=tuple(each for each in configuration.joining if each not in gone)
        )
    unwanted = silent | {report.member for report in reports if isinstance(report, (Differs, Leaves))}
    unwanted |= set(configuration.leaving)
    lost = [each for each in configuration.members if each in unwanted and (each != configuration.leader or each not in silent)]
    places = len(lost) + configuration.size - len(configuration.members) - len(configuration.joining)
    leader = configuration.leader
    if leader in lost:
        # The leader cannot be replaced while it leads.
        staying = [each for each in configuration.members if each not in lost]
        leader = _next_leader(replace(configuration, members=tuple(staying)), reports, ended) or leader
    chosen = _chosen(lost, free) if places > 0 else None
    if chosen is None and leader == configuration.leader:
        return None
    joining = configuration.joining if chosen is None else (*configuration.joining, chosen)
    leaving = tuple(dict.fromkeys((*configuration.leaving, *lost)))
    return replace(_changed(configuration, leader), joining=joining, leaving=leaving)


def _chosen(lost: Sequence[MemberId], free: Sequence[MemberId]) -> MemberId | None:
    """A candidate on the kernel of a lost member, or the best one."""
    kernels = {each.kernel for each in lost}
    return next((each for each in free if each.kernel in kernels), free[0] if free else None)
