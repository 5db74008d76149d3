"""`make check` finds code that nothing uses."""

from pathlib import Path

import pytest

from tests.contracts import dead_code
from tests.contracts.dead_code import unused


def test_what_nothing_uses_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fields of records, and names that a framework finds by name or decorator, are not reported."""
    monkeypatch.setattr(dead_code, "ROOT", tmp_path)
    module = tmp_path / "services" / "orders.py"
    module.parent.mkdir()
    module.write_text("class Orders:\n    def ship(self): self.sent = 1\n\n\n@app.get\ndef route(): test_it(Orders)\n")
    record = tmp_path / "domain" / "orders.py"
    record.parent.mkdir()
    record.write_text("class Order:\n    note: str\n\n\ndef test_it(): pass\n")
    assert set(unused([tmp_path], ["test_*"], ["@app.*"])) == {
        "domain/orders.py:1: unused class 'Order'",
        "services/orders.py:2: unused method 'ship'",
        "services/orders.py:2: unused attribute 'sent'",
    }
