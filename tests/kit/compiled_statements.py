"""Databases of tests share compiled statements; a third of the time of their tests would go into compiling them."""

from collections import UserDict
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

_MOST = 5_000
Key = tuple[Any, ...]


class _Statements(UserDict[Key, Any]):
    """SQLAlchemy's keys start with the dialect of one engine; here with what makes dialects compile alike."""

    def __contains__(self, key: object) -> bool:
        assert isinstance(key, tuple)
        return _common(key) in self.data

    def __getitem__(self, key: Key) -> Any:
        return self.data[_common(key)]

    def __setitem__(self, key: Key, compiled: Any) -> None:
        if len(self.data) >= _MOST:
            self.data.clear()
        self.data[_common(key)] = compiled


def _common(key: Key) -> Key:
    dialect, *rest = key
    return (dialect.name, dialect.driver, dialect.server_version_info, getattr(dialect, "is_mariadb", None), *rest)


def share_compiled_statements() -> None:
    """Every connection of this process uses the same statements from now on."""
    statements = _Statements()

    @event.listens_for(sa.Engine, "engine_connect")
    def use(connection: sa.Connection) -> None:
        connection.execution_options(compiled_cache=statements)
