"""Proofs of earlier logins, which devices keep."""

from datetime import UTC, datetime

from services.accounts.known_devices import LIFE, KnownDevices

NOW = datetime(2026, 11, 27, tzinfo=UTC)


def test_a_proof_names_an_account_and_a_device() -> None:
    """In no form that reveals the account; each login gives another device."""
    devices = KnownDevices("a secret", lambda: NOW)
    one, other = devices.proof("Ada@example.com"), devices.proof("ada@example.com")
    found = [devices.read(proof) for proof in (one, other)]
    assert [known.account for known in found if known] == [devices.account_of("ada@example.com")] * 2
    assert len({known.device for known in found if known}) == 2
    assert "ada" not in one.lower()


def test_a_proof_ends() -> None:
    """Nobody can make it last longer."""
    now = NOW
    devices = KnownDevices("a secret", lambda: now)
    proof = devices.proof("ada@example.com")
    now = NOW + LIFE
    assert devices.read(proof) is None
    account, device, ends, signature = proof.split(".")
    assert devices.read(f"{account}.{device}.{int(ends) + 9_999}.{signature}") is None
