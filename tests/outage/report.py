"""The results of a run, for people, and which of them are failures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from domain.homepage.keys import HomepageKey
from tests.outage.visitors import Answers

RECOVERY_SECONDS = 2.0
# What builders keep between the end of a build and the next one of the same page, whatever Redis forgets.
APART_SECONDS = 2.0
SLOWEST_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Recovery:
    """Seconds from the end of a fault to the next page that was known to be the newest."""

    phase: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Report:
    """`reached`: statements, document commands and searches of each API process. `builds`: when, by page."""

    answers: Answers
    reached: Sequence[tuple[int, int, int]]
    builds: Mapping[HomepageKey, Sequence[float]]
    recoveries: Sequence[Recovery]

    def broken(self) -> list[str]:
        """A sentence for each broken promise that does not depend on the load of the machine."""
        sentences = [f"{count} answers were errors ({code})" for code, count in self.answers.codes.items()]
        if any(any(process) for process in self.reached):
            sentences.append(f"API processes reached other stores: {list(self.reached)}")
        sentences += [
            f"{recovery.phase}: pages were never new again"
            for recovery in self.recoveries
            if recovery.phase != "flushed" and recovery.seconds == float("inf")
        ]
        sentences += [
            f"{key.redis_key} was built twice within {shortest:.2f} s"
            for key, times in self.builds.items()
            if (shortest := _shortest(times)) < APART_SECONDS
        ]
        return sentences

    def late(self) -> list[str]:
        """A sentence for each broken promise about time; it is meaningful only on an idle machine."""
        sentences = [
            f"{recovery.phase}: pages were new again after {recovery.seconds:.2f} s"
            for recovery in self.recoveries
            if recovery.phase != "flushed" and recovery.seconds > RECOVERY_SECONDS
        ]
        slowest = max(max(times) for times in self.answers.latencies.values())
        return sentences if slowest <= SLOWEST_SECONDS else [*sentences, f"an answer took {slowest:.2f} s"]

    def lines(self) -> list[str]:
        """The report."""
        lines = [f"{self.answers.count:,} homepages requested, {self.answers.personal:,} of them personal"]
        lines.append(f"reached by API processes (statements, documents, searches): {list(self.reached)}")
        for phase, seconds in self.answers.latencies.items():
            ordered = sorted(seconds)
            p50, p99 = ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100]
            stale = self.answers.stale[phase]
            lines.append(
                f"{phase:8} {len(seconds):6,} answers, {stale:6,} stale, "
                f"p50 {p50 * 1000:5.1f} ms, p99 {p99 * 1000:6.1f} ms, slowest {ordered[-1] * 1000:6.1f} ms"
            )
        lines += [f"{each.phase}: new again after {each.seconds:.2f} s" for each in self.recoveries]
        lines += [
            f"{key.redis_key}: {len(times)} builds, at least {_shortest(times):.2f} s apart"
            for key, times in sorted(self.builds.items(), key=lambda pair: pair[0].redis_key)
        ]
        return [*lines, *(f"BROKEN: {sentence}" for sentence in self.broken() + self.late())]


def _shortest(times: Sequence[float]) -> float:
    """The least time between two builds of a page."""
    return min((later - earlier for earlier, later in pairwise(times)), default=float("inf"))
