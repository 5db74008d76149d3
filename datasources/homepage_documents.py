"""Homepages as editors write them: a document per territory and platform in the document store."""

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError, PyMongoError

from datasources.homepage_sources import decode_sources, encode_source
from datasources.mongo import Document, Documents, unavailable
from domain.homepage import HomepageDocument, HomepageKey, Platform, SectionSource

COLLECTION = "homepages"


class HomepageDocuments:
    """What editors wrote, a document per territory and platform."""

    def __init__(self, documents: Documents, default_territory: str) -> None:
        self._documents = documents
        self._default = default_territory

    async def published(self, key: HomepageKey) -> HomepageDocument | None:
        """The published page for a key: its own, else that of the default territory on the same platform."""
        names = [name_of(key), name_of(HomepageKey(self._default, key.platform))]
        found = await self._documents.by_ids(COLLECTION, names)
        for name in names:
            if (document := found.get(name)) and document.get("published"):
                return _document(document)
        return None

    async def publish(self, key: HomepageKey, version: int, menu: str, sections: tuple[SectionSource, ...]) -> bool:
        """Replaces version `version` (0: none yet) by the next one. False when another editor was faster."""
        page = {"menu": menu, "sections": [encode_source(section) for section in sections]}
        change = {
            "$set": {"territory": key.territory, "platform": key.platform.value, "published": page},
            "$inc": {"version": 1},
        }
        try:
            replaced = await self._documents.db[COLLECTION].find_one_and_update(
                {"_id": name_of(key), "version": version or {"$exists": False}},
                change,
                upsert=version == 0,
                return_document=ReturnDocument.AFTER,
            )
        except DuplicateKeyError:
            return False
        except PyMongoError as error:
            raise unavailable(error) from error
        return replaced is not None


def name_of(key: HomepageKey) -> str:
    """The `_id` of a page's document."""
    return f"{key.territory}:{key.platform.value}"


def _document(document: Document) -> HomepageDocument:
    page = document["published"]
    return HomepageDocument(
        territory=document["territory"],
        platform=Platform(document["platform"]),
        version=document["version"],
        menu=page["menu"],
        sections=decode_sources(page["sections"]),
    )
