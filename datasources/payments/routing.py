"""Several providers as one: the key of a charge says which of them made it."""

from collections.abc import Mapping

from domain.kit.money import Money
from domain.payments.keys import provider_of
from domain.payments.records import NO_PAYER, Charge, ChargeState, Payer, PaymentEvent, PaymentProvider

_UNKNOWN = Charge(ChargeState.UNKNOWN)


class RoutedPayments:
    """The first provider has the keys that name none. A provider that the settings no longer name is UNKNOWN."""

    def __init__(self, *providers: PaymentProvider) -> None:
        self.name = providers[0].name
        self.providers = {provider.name: provider for provider in providers}

    async def charge(
        self, key: str, amount: Money, token: str, return_url: str = "", payer: Payer = NO_PAYER
    ) -> Charge:
        """See `PaymentProvider`."""
        provider = self._of(key)
        return _UNKNOWN if provider is None else await provider.charge(key, amount, token, return_url, payer)

    async def capture(self, key: str, capture_key: str, amount: Money, *, is_final: bool = True) -> Charge:
        """See `PaymentProvider`."""
        provider = self._of(key)
        return _UNKNOWN if provider is None else await provider.capture(key, capture_key, amount, is_final=is_final)

    async def abandon(self, key: str) -> Charge:
        """See `PaymentProvider`."""
        provider = self._of(key)
        return _UNKNOWN if provider is None else await provider.abandon(key)

    async def status(self, key: str) -> Charge | None:
        """See `PaymentProvider`."""
        provider = self._of(key)
        return _UNKNOWN if provider is None else await provider.status(key)

    async def refund(self, key: str, refund_key: str, amount: Money) -> Charge:
        """See `PaymentProvider`."""
        provider = self._of(key)
        return _UNKNOWN if provider is None else await provider.refund(key, refund_key, amount)

    def verify_webhook(self, body: bytes, headers: Mapping[str, str]) -> PaymentEvent | None:
        """The event of whichever provider has signed it."""
        events = (provider.verify_webhook(body, headers) for provider in self.providers.values())
        return next((event for event in events if event is not None), None)

    async def close(self) -> None:
        """Closes the connections of all."""
        for provider in self.providers.values():
            await provider.close()

    def _of(self, key: str) -> PaymentProvider | None:
        return self.providers.get(provider_of(key) or self.name)
