"""Every attack of the index has a test that exists, or a reason."""

import pytest

from tests.attack.index import ATTACKS, Attack
from tests.attack.references import exists

ALL = [attack for attacks in ATTACKS.values() for attack in attacks]


@pytest.mark.parametrize("attack", ALL, ids=lambda attack: attack.tried)
def test_each_attack_has_a_test(attack: Attack) -> None:
    """Or says why there is none, but not both."""
    assert bool(attack.tests) != bool(attack.missing)
    assert [reference for reference in attack.tests if not exists(reference)] == []


def test_a_test_that_is_gone_is_missed() -> None:
    """Its file, or the test in it; a helper is no test."""
    assert not exists("tests/attack/test_nothing.py")
    assert not exists("tests/attack/test_index.py::test_that_was_renamed")
    assert not exists("tests/attack/references.py::exists")
    assert exists("tests/attack/test_index.py")


def test_each_attack_is_named_once() -> None:
    """The names are those of an index."""
    assert len({attack.tried for attack in ALL}) == len(ALL)
