"""Objects of types that the shop made up, and old paths of the storefront: documents by key."""

from collections.abc import Sequence
from dataclasses import asdict

from datasources.kit.documents import Document, Documents
from datasources.kit.rows import aligned
from domain.content import Metaobject, MetaobjectField, UrlRedirect

MAX_METAOBJECTS = 500
MAX_REDIRECTS = 2_000


class Metaobjects:
    """Batch reads in the order of their keys, and writes of whole documents. Each may raise `Unavailable`."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def by_id(self, ids: Sequence[str]) -> list[Metaobject | None]:
        """Metaobjects by type and handle, as in `maker/hobb-larkin`."""
        found = await self._documents.by_ids("metaobjects", ids)
        return aligned({key: _metaobject(document) for key, document in found.items()}, ids)

    async def of_type(self, kind: str) -> list[Metaobject]:
        """The metaobjects of a type by handle, at most 500."""
        found = await self._documents.find("metaobjects", {"type": kind}, limit=MAX_METAOBJECTS)
        return sorted(map(_metaobject, found), key=lambda each: each.handle)

    async def with_pages(self) -> list[Metaobject]:
        """The metaobjects that the storefront shows at addresses of their own, at most 500."""
        found = await self._documents.find("metaobjects", {"has_page": True}, limit=MAX_METAOBJECTS)
        return sorted(map(_metaobject, found), key=lambda each: each.id)

    async def redirects(self) -> list[UrlRedirect]:
        """Old paths in their order, at most 2,000."""
        found = await self._documents.first("redirects", MAX_REDIRECTS)
        return [UrlRedirect(document["_id"], document["_id"], document["target"]) for document in found]

    async def put(self, metaobjects: Sequence[Metaobject], redirects: Sequence[UrlRedirect]) -> None:
        """Writes metaobjects and redirects under their keys."""
        bodies = {one.id: {name: value for name, value in asdict(one).items() if name != "id"} for one in metaobjects}
        await self._documents.put("metaobjects", bodies)
        await self._documents.put("redirects", {one.path: {"target": one.target} for one in redirects})


def _metaobject(document: Document) -> Metaobject:
    return Metaobject(
        id=document["_id"],
        type=document["type"],
        handle=document["handle"],
        fields=tuple(MetaobjectField(**field) for field in document["fields"]),
        updated_at=document["updated_at"],
        has_page=document.get("has_page", False),
    )
