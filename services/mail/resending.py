"""Staff let mails be sent again that no server took."""

from datasources.kit.database import Database, Tx
from datasources.mail import queue
from domain.accounts import Permission, Viewer
from domain.kit.refusals import RefusalCode, refuse
from services.accounts.authority import require


class MailService:
    """Changes of mails, for staff with the permission MAILS."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def send_again(self, viewer: Viewer, mail_id: int) -> None:
        """Sends a mail again that was refused, given up or withheld. Refused: NOT_FOUND."""

        async def send_again(tx: Tx) -> None:
            await require(tx, viewer, Permission.MAILS)
            if not await queue.send_again(tx, mail_id):
                raise refuse(RefusalCode.NOT_FOUND, "There is no unsent mail with that id.", "id")

        await self._database.transact(send_again)
