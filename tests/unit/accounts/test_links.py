"""Links of accounts: each works until its time is over or the account is no longer as it was."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.accounts import AccountState
from services.accounts.links import LIFE, AccountLinks, LinkKind

NOW = datetime(2026, 11, 29, tzinfo=UTC)
SECRET = "s" * 32
ADA = AccountState(7, "ada@example.com", None, "hash-0", False, 0)


def _works(links: AccountLinks, kind: LinkKind, token: str, account: AccountState) -> bool:
    proof = links.read(kind, token)
    return proof is not None and links.holds(proof, account)


def _used(kind: LinkKind, account: AccountState, number: int) -> AccountState:
    """The account after a link has done its work."""
    if kind is LinkKind.RESET:
        return replace(account, password_hash=f"hash-{number}", pending_email=None, is_email_verified=True)
    return replace(account, email=account.pending_email or account.email, pending_email=None, is_email_verified=True)


# What ends all links of a kind, besides their use.
_CHANGES: dict[str, tuple[Callable[[AccountState, int], AccountState], set[LinkKind]]] = {
    "password": (
        lambda account, number: replace(account, password_hash=f"hash-{number}", pending_email=None),
        set(LinkKind),
    ),
    "pending": (
        lambda account, number: replace(account, pending_email=f"{number}@example.com"),
        {LinkKind.VERIFICATION},
    ),
    "log_out": (lambda account, _number: replace(account, token_version=account.token_version + 1), set()),
}
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("issue"), st.sampled_from(LinkKind)),
        st.tuples(st.just("use"), st.integers(0, 5)),
        st.tuples(st.sampled_from(sorted(_CHANGES)), st.none()),
    ),
    max_size=25,
)


@given(_STEPS)
def test_a_link_works_once_and_never_after_a_change(steps: list[tuple[str, LinkKind | int | None]]) -> None:
    """In every history: a link works if and only if nothing that it depends on has happened since it was made."""
    links, account = AccountLinks(SECRET, lambda: NOW), ADA
    issued: list[tuple[LinkKind, str]] = []
    alive: set[int] = set()
    for number, (step, what) in enumerate(steps, 1):
        if step == "issue" and isinstance(what, LinkKind):
            if what is LinkKind.VERIFICATION and account.is_email_verified and account.pending_email is None:
                continue  # there is nothing to prove
            issued.append((what, links.issue(what, account)))
            alive.add(len(issued) - 1)
        elif step == "use" and isinstance(what, int):
            if what in alive:
                kind, was = issued[what][0], account
                account = _used(kind, account, number)
                of_email = {each for each in alive if issued[each][0] is LinkKind.VERIFICATION}
                is_same = (was.email, was.password_hash) == (account.email, account.password_hash)
                alive = (alive - of_email) if is_same else set()
        elif step in _CHANGES:
            make, ended = _CHANGES[step]
            account = make(account, number)
            alive = {each for each in alive if issued[each][0] not in ended}
        assert {at for at, (kind, token) in enumerate(issued) if _works(links, kind, token, account)} == alive


@pytest.mark.parametrize("kind", LinkKind)
def test_a_link_ends_in_time(kind: LinkKind) -> None:
    """By the shop's clock."""
    token = AccountLinks(SECRET, lambda: NOW).issue(kind, ADA)
    for age, works in ((LIFE[kind] - timedelta(seconds=1), True), (LIFE[kind], False)):
        assert _works(AccountLinks(SECRET, lambda age=age: NOW + age), kind, token, ADA) is works  # type: ignore[misc]


def test_a_link_is_of_one_shop_account_and_kind() -> None:
    """Another secret, account or kind, no algorithm, and a text that is no token."""
    links = AccountLinks(SECRET, lambda: NOW)
    token = links.issue(LinkKind.RESET, ADA)
    claims = jwt.decode(token, options={"verify_signature": False})
    assert ADA.email not in str(claims)
    assert not _works(AccountLinks("t" * 32, lambda: NOW), LinkKind.RESET, token, ADA)
    assert not _works(links, LinkKind.VERIFICATION, token, ADA)
    assert not _works(links, LinkKind.RESET, token, replace(ADA, customer_id=8))
    for forged in (jwt.encode(claims, "", "none"), jwt.encode(claims, SECRET, "HS256"), "", "x.y.z"):
        assert not _works(links, LinkKind.RESET, forged, ADA)
