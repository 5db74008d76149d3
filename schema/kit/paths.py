"""Maps the parts of a command to the arguments of a mutation. Only this module turns their names into client names."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.kit.refusals import INPUT, Path, Refusal, RefusalCode

Texts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlacedRefusal:
    """A refusal as clients see it. `field` is a path into the arguments, `record_field` into the record named there."""

    code: RefusalCode
    message: str
    field: Texts
    record_field: Texts = ()


@dataclass(frozen=True, slots=True)
class Arguments:
    """The names that one mutation uses for the parts of its command.

    If a path begins with a key of `names`, the value replaces that key; any other path goes `within` an argument. The
    longest matching key applies, and `*` stands for an index. Keys of `records` are like those of `names`, but their
    values are arguments with the id of a record, and the rest of the path leads into that record.
    """

    within: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    records: Mapping[str, str] = field(default_factory=dict)

    def place(self, refusal: Refusal) -> PlacedRefusal:
        """The refusal in the names of this mutation.

        >>> lines = Arguments(names={"lines.*.line_id": "lineIds.*"}, records={"cart": "cartId"})
        >>> gone = RefusalCode.LINE_NOT_FOUND
        >>> lines.place(Refusal(gone, "", ("lines", 2, "line_id"))).field
        ('lineIds', '2')
        >>> in_the_cart = lines.place(Refusal(gone, "", ("cart", "lines", 2)))
        >>> in_the_cart.field, in_the_cart.record_field
        (('cartId',), ('lines', '2'))
        """
        field, record_field = self._paths(refusal.path)
        return PlacedRefusal(refusal.code, message_about(field, refusal.message), field, record_field)

    def _paths(self, path: Path) -> tuple[Texts, Texts]:
        for length in range(len(path), 0, -1):
            key = ".".join("*" if isinstance(part, int) else part for part in path[:length])
            if key in self.names:
                return (*_filled(self.names[key], path), *argument_path(path[length:])), ()
            if key in self.records:
                return _filled(self.records[key], path), argument_path(path[length:])
        return (*_filled(self.within, path), *argument_path(path)), ()


def message_about(field: Texts, message: str) -> str:
    """The message with the name of its input filled in.

    >>> message_about(("variants", "3", "quantityRule"), f"{INPUT} must be at least 1.")
    '`quantityRule` must be at least 1.'
    """
    named = [part for part in field if not part.isdecimal()]
    return message.replace(INPUT, f"`{named[-1]}`" if named else "The input")


def argument_path(path: Path) -> Texts:
    """A path with its names in GraphQL's style.

    >>> argument_path(("lines", 0, "variant_id"))
    ('lines', '0', 'variantId')
    """
    return tuple(str(part) if isinstance(part, int) else _camel(part) for part in path)


def _camel(term: str) -> str:
    first, *others = term.split("_")
    return first + "".join(map(str.capitalize, others))


def _filled(argument: str, path: Path) -> Texts:
    """The parts of an argument's path, with the indexes that stand for `*`."""
    indexes = (str(part) for part in path if isinstance(part, int))
    return tuple(next(indexes) if part == "*" else part for part in argument.split(".") if part)
