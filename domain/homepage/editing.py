"""How editors work on a homepage: drafts, published versions, schedules, and a history of their actions."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.homepage.keys import HomepageKey
from domain.homepage.kinds import PlainSource
from domain.homepage.sources import SectionSource

KEPT_VERSIONS = 50
KEPT_STEPS = 200


# Replaces the key of a product or a sale when its id names none.
UNKNOWN = 0


@dataclass(frozen=True, slots=True)
class GivenSection:
    """A section as an editor sends it. `sources` has one entry for each kind that was sent; exactly one is allowed.

    Its times may be in any time zone. A product or a sale may be `UNKNOWN`.
    """

    sources: tuple[PlainSource, ...]
    visible_from: datetime | None = None
    visible_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class HomepageDraft:
    """A page that is not published. Each save adds one to `revision`."""

    revision: int
    menu: str
    sections: tuple[SectionSource, ...]
    saved_at: datetime
    saved_by: str


@dataclass(frozen=True, slots=True)
class HomepageSchedule:
    """A copy of the draft at the moment of scheduling. It is published at that time, whichever version is live then."""

    at: datetime
    scheduled_by: str


@dataclass(frozen=True, slots=True)
class HomepageVersion:
    """A version that was published."""

    version: int
    published_at: datetime
    published_by: str


class HomepageAction(StrEnum):
    """What an editor did to a page."""

    PUBLISHED = "PUBLISHED"
    ROLLED_BACK = "ROLLED_BACK"
    SCHEDULED = "SCHEDULED"
    UNSCHEDULED = "UNSCHEDULED"
    PUBLISHED_ON_SCHEDULE = "PUBLISHED_ON_SCHEDULE"


@dataclass(frozen=True, slots=True)
class HomepageStep:
    """Who did what and when.

    `version` is the published version afterwards, `detail` the time or version in the request.
    """

    at: datetime
    actor: str
    action: HomepageAction
    version: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class EditedHomepage:
    """What editors see of a page.

    `version` is the published one (0: none); `versions` are the stored ones, newest first.
    """

    key: HomepageKey
    version: int
    menu: str
    sections: tuple[SectionSource, ...]
    draft: HomepageDraft | None
    draft_revision: int
    schedule: HomepageSchedule | None
    versions: tuple[HomepageVersion, ...]


@dataclass(frozen=True, slots=True)
class DueHomepage:
    """A schedule whose time has come. `schedule_id` identifies it among all schedules."""

    key: HomepageKey
    version: int
    schedule_id: str
