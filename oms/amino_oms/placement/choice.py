"""The choice of a kernel: the least loaded of those that run the language and carry the labels (Amino paper III.B, step 2)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from amino_wire.errors import LanguageUnknown, NoKernelMatches
from amino_wire.pb import common_pb2

from amino_oms.placement.selector import describe, describe_labels, matches

LANGUAGES = frozenset({"js", "ruby", "python", "llvm", "wasm", "java", "host"})
"""Languages that some kernel may run; `host` are instances of a Java program, which only the kernel attached to it has."""
OFFERED = ", ".join(sorted(LANGUAGES - {"host"}))
"""Languages that anybody can register, for messages."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A living kernel; `load` is what it reported last, plus what it has been given since."""

    kernel_id: str
    labels: Mapping[str, str]
    languages: Collection[str]
    load: float


_NOBODY: Mapping[str, str] = {}


def choose(
    candidates: Sequence[Candidate],
    selector: common_pb2.Selector,
    language: str,
    excluded: Collection[str] = (),
    refusals: Mapping[str, str] = _NOBODY,
    avoided: Collection[str] = (),
) -> Candidate:
    """The matching candidate with the least load, the first by id among equals.

    Arguments:
        selector: its labels must fulfil it.
        language: it must run it; empty: any language will do.
        excluded: ids of kernels that are out of the question.
        refusals: ids of kernels that the object's deployment managers do not allow, with the reason.
        avoided: ids of kernels that are taken only where there is no other.

    Raises LanguageUnknown for a language that Amino does not have, else NoKernelMatches, naming the selector and the labels there are.
    """
    if language and language not in LANGUAGES:
        raise LanguageUnknown(f"the language {language!r} is not known; there are {OFFERED}")
    fitting = [
        candidate
        for candidate in candidates
        if candidate.kernel_id not in excluded and (not language or language in candidate.languages) and matches(selector, candidate.labels)
    ]
    if not fitting:
        raise _refusal(candidates, selector, language, excluded)
    allowed = [candidate for candidate in fitting if candidate.kernel_id not in refusals]
    if not allowed:
        reasons = "; ".join(sorted({refusals[candidate.kernel_id] for candidate in fitting}))
        raise NoKernelMatches(f"the deployment managers allow none of the {len(fitting)} kernels that match: {reasons}")
    return min(allowed, key=lambda candidate: (candidate.kernel_id in avoided, candidate.load, candidate.kernel_id))


def _refusal(candidates: Sequence[Candidate], selector: common_pb2.Selector, language: str, excluded: Collection[str]) -> NoKernelMatches:
    details = {"selector": describe(selector), "language": language, "kernels": [candidate.kernel_id for candidate in candidates]}
    left = [candidate for candidate in candidates if candidate.kernel_id not in excluded]
    if not left:
        without = _besides(sorted(excluded) if candidates else ())
        return NoKernelMatches(f"there is no living kernel{without}; start one with `amino kernel`", details=details)
    able = [candidate for candidate in candidates if not language or language in candidate.languages]
    if not any(candidate in left for candidate in able):
        there = sorted({name for candidate in candidates for name in candidate.languages})
        those = f"the {len(candidates)} living kernels run" if len(candidates) > 1 else "the only living kernel runs"
        without = _besides([candidate.kernel_id for candidate in able])
        message = f"no kernel{without} runs {language}; {those} {', '.join(there) or 'nothing'}"
        return NoKernelMatches(f"{message}; see `amino doctor` on their hosts", details=details)
    those = f"{len(able)} living kernels" if len(able) > 1 else "only living kernel"
    named = f" that run{'s' * (len(able) == 1)} {language}" if language else ""
    without = _besides([candidate.kernel_id for candidate in able if candidate not in left and matches(selector, candidate.labels)])
    message = f"no kernel{without} matches the selector '{describe(selector)}'; the labels of the {those}{named} are: "
    return NoKernelMatches(
        f"{message}{describe_labels(candidate.labels for candidate in able)}. Change the selector, or start a kernel with such labels",
        details=details,
    )


def _besides(kernel_ids: Sequence[str]) -> str:
    """Kernels that were out of the question: the object is there, or the attempt to make it there has failed."""
    return f" besides {', '.join(kernel_ids)}" if kernel_ids else ""
