"""How editors work on a homepage: drafts, published versions, schedules, and who did what."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.homepage.keys import HomepageKey
from domain.homepage.sources import PlainSource, SectionSource

KEPT_VERSIONS = 50
KEPT_STEPS = 200


# The key of a product or a sale whose id names none.
UNKNOWN = 0


@dataclass(frozen=True, slots=True)
class GivenSection:
    """A section as an editor gives it: `sources` are of each kind that was given, and only one may be.

    Its times are of any time zone. A product or a sale may be `UNKNOWN`.
    """

    sources: tuple[PlainSource, ...]
    visible_from: datetime | None = None
    visible_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class HomepageDraft:
    """A page that is not published; `revision` grows by one with each save."""

    revision: int
    menu: str
    sections: tuple[SectionSource, ...]
    saved_at: datetime
    saved_by: str


@dataclass(frozen=True, slots=True)
class HomepageSchedule:
    """A draft as it was when it was scheduled; it is published at that time, whatever version is published then."""

    at: datetime
    scheduled_by: str


@dataclass(frozen=True, slots=True)
class HomepageVersion:
    """A version that was published."""

    version: int
    published_at: datetime
    published_by: str


class HomepageAction(StrEnum):
    """What was done to a page."""

    PUBLISHED = "PUBLISHED"
    ROLLED_BACK = "ROLLED_BACK"
    SCHEDULED = "SCHEDULED"
    UNSCHEDULED = "UNSCHEDULED"
    PUBLISHED_ON_SCHEDULE = "PUBLISHED_ON_SCHEDULE"


@dataclass(frozen=True, slots=True)
class HomepageStep:
    """Who did what and when. `version` is the published one after it, `detail` the time or version that was named."""

    at: datetime
    actor: str
    action: HomepageAction
    version: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class EditedHomepage:
    """What editors see of a page: `version` is the published one (0: none), `versions` those kept, newest first."""

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
    """A schedule whose time has come; `schedule_id` tells it from every other."""

    key: HomepageKey
    version: int
    schedule_id: str
