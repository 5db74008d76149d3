"""The bank of the buyers, which may end what it reserves."""

from contextlib import suppress

import httpx


class BuyersBank:
    """Speaks to the payment sandbox as nobody in the shop does."""

    def __init__(self, port: int, key: str) -> None:
        self._url = f"http://127.0.0.1:{port}/charges"
        self._headers = {"Authorization": f"Bearer {key}"}

    async def end(self, key: str) -> bool:
        """Ends an authorization; False if there is none, or the sandbox does not answer."""
        async with httpx.AsyncClient(timeout=5.0, headers=self._headers) as bank:
            with suppress(httpx.HTTPError):
                if (await bank.get(f"{self._url}/{key}")).json().get("state") == "AUTHORIZED":
                    return (await bank.post(f"{self._url}/{key}/cancel")).is_success
        return False
