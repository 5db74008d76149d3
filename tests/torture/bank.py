"""The bank of the buyers, which may end what it reserves."""

from contextlib import suppress

import httpx


class BuyersBank:
    """Speaks to the payment sandbox as nobody in the shop does."""

    def __init__(self, port: int, key: str) -> None:
        self._url = f"http://127.0.0.1:{port}/charges"
        self._headers = {"Authorization": f"Bearer {key}"}

    async def end(self, key: str, was_used: bool) -> bool:
        """Ends an authorization that was captured in part, or not at all; False if that is not so."""
        async with httpx.AsyncClient(timeout=5.0, headers=self._headers) as bank:
            with suppress(httpx.HTTPError):
                charge = (await bank.get(f"{self._url}/{key}")).json()
                if charge.get("state") == "AUTHORIZED" and (charge["captured_minor"] > 0) is was_used:
                    return (await bank.post(f"{self._url}/{key}/cancel")).is_success
        return False
