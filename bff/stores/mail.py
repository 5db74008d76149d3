"""Mails over open stores, as far as the API knows them."""

from bff.settings.variables import Settings
from datasources.kit.database import Database
from datasources.kit.documents import Documents
from datasources.mail.folder import MailFolder
from datasources.mail.templates import MailTemplates
from domain.territories.markets import Territories
from services.mail.templating import MailTemplateService


def mail_folder(settings: Settings) -> MailFolder:
    """Mails of a shop without a server."""
    return MailFolder(settings.data_dir / "mail")


def mail_template_service(
    settings: Settings, database: Database, documents: Documents, territories: Territories
) -> MailTemplateService:
    """Changes of templates by staff."""
    return MailTemplateService(database, MailTemplates(documents), territories, settings.shop_name)
