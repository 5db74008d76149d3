"""Refusals as data: the reasons in the payloads of mutations, each kind with the codes that clients know."""

from typing import Any

import strawberry

from schema.errors import CartErrorCode, CustomerErrorCode, UserErrorCode
from schema.kit.common import is_record
from schema.kit.paths import Arguments, PlacedRefusal

Field = strawberry.field
ALL_WENT_WELL = "The reasons for a refusal; empty on success."


@strawberry.interface(description="The reason for a refusal, for people.")
class DisplayableError:
    """A view over `schema.kit.paths.PlacedRefusal`."""

    field = Field(
        resolver=lambda root: list(root.field) or None,
        description="Path into the arguments of the mutation, if one of them is the cause.",
        graphql_type=list[str] | None,
    )
    message: str = Field(description="The reason, for people.")


def _code(kind: Any, *, is_certain: bool = False) -> Any:
    return Field(
        resolver=lambda root: root.code,
        description="The reason, for programs.",
        graphql_type=kind if is_certain else kind | None,
    )


def _record_field() -> Any:
    return Field(
        resolver=lambda root: list(root.record_field) or None,
        description="Path into the record whose id is at `field`, such as `lines` and `0` of a cart, if a part of the "
        "record is the cause.",
        graphql_type=list[str] | None,
    )


@strawberry.type(description="The reason for a refusal, for programs and for people.")
class UserError(DisplayableError):
    """Of mutations that the Storefront API does not have."""

    is_type_of = is_record(PlacedRefusal)

    code = _code(UserErrorCode, is_certain=True)
    record_field = _record_field()


@strawberry.type(description="The reason why a cart was not changed, for programs and for people.")
class CartUserError(DisplayableError):
    """Of mutations of carts."""

    is_type_of = is_record(PlacedRefusal)

    code = _code(CartErrorCode)
    record_field = _record_field()


@strawberry.type(description="The reason why an account was not changed, for programs and for people.")
class CustomerUserError(DisplayableError):
    """Of mutations of accounts."""

    is_type_of = is_record(PlacedRefusal)

    code = _code(CustomerErrorCode)


def user_errors(
    arguments: Arguments, description: str = ALL_WENT_WELL, of: str = "user_errors", kind: type = UserError
) -> Any:
    """The refusals in the attribute `of` of a payload, with the names of its mutation."""
    return Field(
        resolver=lambda root: [arguments.place(refusal) for refusal in getattr(root, of)],
        description=description,
        graphql_type=list[kind],  # type: ignore[valid-type]  # strawberry reads it when the class is made
    )
