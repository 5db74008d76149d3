"""Homepages over open stores."""

from datasources.homepage.copies import Report
from datasources.homepage.records import HomepageRecords
from datasources.kit.stream import EventStream
from domain.events import HomepageMissing
from domain.homepage.keys import HomepageKey


def report_missing(records: HomepageRecords, stream: EventStream, seconds: int) -> Report:
    """Asks the workers for a page without a record: one process of the fleet, once per `seconds`."""

    async def report(key: HomepageKey) -> None:
        if await records.missing_once(key, seconds):
            await stream.publish([HomepageMissing(key.territory, key.platform.value)])

    return report
