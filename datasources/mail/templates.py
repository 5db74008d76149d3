"""Templates that staff wrote, in the document store: one for a kind, a territory and a language."""

from collections.abc import Sequence
from dataclasses import asdict

from datasources.kit.documents import Document, Documents
from domain.mail import MailTemplate, TemplateKey

TEMPLATES = "mail_templates"


class MailTemplates:
    """Reads and writes of templates."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def of(self, keys: Sequence[TemplateKey]) -> dict[TemplateKey, MailTemplate]:
        """The templates of staff among those; kinds that have the shop's own one are left out."""
        by_name = {str(key): key for key in keys}
        found = await self._documents.find(TEMPLATES, {"_id": {"$in": sorted(by_name)}}, limit=len(by_name))
        return {by_name[document["_id"]]: _template(document) for document in found if "subject" in document}

    async def write(self, key: TemplateKey, template: MailTemplate, actor: str) -> None:
        """Replaces a template."""
        await self._documents.put(TEMPLATES, {str(key): {**asdict(template), "actor": actor}})

    async def remove(self, key: TemplateKey, actor: str) -> None:
        """Empties a template; the shop's own one is used again."""
        await self._documents.put(TEMPLATES, {str(key): {"actor": actor}})


def _template(document: Document) -> MailTemplate:
    return MailTemplate(document["subject"], document["text"], document["html"])
