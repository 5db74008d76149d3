"""Who may change what through GraphQL; outsiders learn nothing about the carts and orders of others."""

import pytest

from schema.build import schema
from tests.kit.askers import REFUSED, everything
from tests.kit.factories.catalog import Added
from tests.kit.fixtures.graphql_api import Api
from tests.kit.guarded_mutations import STAFF, document

PUBLIC = {
    "cartAttributesUpdate",
    "cartBuyerIdentityUpdate",
    "cartCreate",
    "cartDeliveryAddressesAdd",
    "cartDeliveryAddressesRemove",
    "cartDeliveryAddressesReplace",
    "cartDeliveryAddressesUpdate",
    "cartDiscountCodesUpdate",
    "cartGiftCardCodesAdd",
    "cartGiftCardCodesRemove",
    "cartGiftCardCodesUpdate",
    "cartLinesAdd",
    "cartLinesRemove",
    "cartLinesUpdate",
    "cartMetafieldDelete",
    "cartMetafieldsSet",
    "cartNoteUpdate",
    "cartPrepareForCompletion",
    "cartSelectedDeliveryOptionsUpdate",
    "cartSubmitForCompletion",
    "customerAccessTokenCreate",
    "customerAccessTokenDelete",
    "customerActivate",
    "customerCreate",
    "hideCategory",
    "hideProduct",
    "trackEvents",
    "unhide",
    "unhideCategory",
    "unhideProduct",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", STAFF)
async def test_who_lacks_the_authority_changes_nothing(api: Api, mug: Added, name: str) -> None:
    """The answer is an error without a word about the input, good or bad, and every row and document stays."""
    operations = (await document(api, name, mug), f"mutation {{ {name}{STAFF[name].nonsense} }}")
    for asker, code in REFUSED.items():
        asking = await asker(api, STAFF[name].permission)
        before = await everything(api)
        for operation in operations:
            answer = await asking.ask(api, operation)
            assert [error["extensions"]["code"] for error in answer["errors"]] == [code], asker.__name__
            assert (answer["data"] or {}).get(name) is None, asker.__name__
        assert await everything(api) == before, asker.__name__


@pytest.mark.slow
@pytest.mark.parametrize("name", STAFF)
async def test_staff_with_the_permission_alone_changes_things(api: Api, mug: Added, name: str) -> None:
    """One permission is enough for its mutation."""
    staff = await api.add_account(STAFF[name].permission)
    good = await document(api, name, mug)
    before = await everything(api)
    assert (await api.data(good, token=staff.token))[name] == {"userErrors": []}
    assert await everything(api) != before


def test_every_mutation_is_public_or_in_the_matrix() -> None:
    """A new mutation must be put into one of the two lists of this file."""
    mutation = schema._schema.mutation_type
    assert mutation is not None
    assert set(mutation.fields) == PUBLIC | set(STAFF)
    assert not PUBLIC & set(STAFF)
