"""The authority matrix: what each root field answers to whom. A root field without a row here fails a test."""

from dataclasses import dataclass
from typing import NamedTuple

from domain.accounts import Permission
from tests.kit.fixtures.graphql_api import Record
from tests.kit.guarded_mutations import STAFF

DONE, NULL = "done", "null"
# Codes of errors, and of user errors.
SIGN_IN, FORBIDDEN = "UNAUTHENTICATED", "FORBIDDEN"
NO_CART = "INVALID cartId"
_NO_ORDER = "NOT_FOUND orderId"


class Outcomes(NamedTuple):
    """What each viewer gets. All know the ids of all carts and orders but the guest, who knows no cart.

    The guest and the holder have no account: the guest asks for the owner's order by its id alone, the holder for a
    guest's cart and order by their secrets. The owner and the one whose token has ended ask for what is their own, the
    other shopper, the clerk and staff for what is the owner's. Staff have every permission, the clerk all but the
    permission of the row.
    """

    guest: str
    holder: str
    owner: str
    other: str
    ended: str
    clerk: str
    staff: str


def outcome_of(answer: Record) -> str:
    """The code of the first error, or that of the first user error and its argument; else whether there is anything."""
    if errors := answer.get("errors"):
        return str(errors[0]["extensions"]["code"])
    (value,) = answer["data"].values()
    if value is None or value == [None]:
        return NULL
    refused = value.get("userErrors") if isinstance(value, dict) else None
    return " ".join([refused[0]["code"], *(refused[0]["field"] or ())[:1]]) if refused else DONE


@dataclass(frozen=True, slots=True)
class Row:
    """A root field with its arguments and selection, and what comes of it.

    `%(cart)s`, `%(group)s`, `%(line)s`, `%(address)s`, `%(order)s`, `%(token)s`, `%(list)s`, `%(item)s`, `%(shared)s`
    and `%(access)s` are what the viewer asks for, `%(product)s` and `%(variant)s` what is for sale.
    """

    document: str
    outcomes: Outcomes
    permission: Permission | None = None


def _all(outcome: str = DONE) -> Outcomes:
    return Outcomes(*[outcome] * len(Outcomes._fields))


def _all_but_ended(outcome: str = DONE, guests: str = DONE) -> Outcomes:
    """For everybody, but nothing is recorded for who believes to be signed in and is not."""
    return Outcomes(guests, guests, outcome, outcome, SIGN_IN, outcome, outcome)


def _staff(document: str, permission: Permission) -> Row:
    outcomes = Outcomes(SIGN_IN, SIGN_IN, FORBIDDEN, FORBIDDEN, SIGN_IN, clerk=FORBIDDEN, staff=DONE)
    return Row(document, outcomes, permission)


def _cart(document: str, refused: str = NO_CART) -> Row:
    """For whoever knows its secret id, except who is signed in to another account."""
    return Row(document, Outcomes(refused, DONE, DONE, refused, SIGN_IN, refused, refused))


def _list(document: str, refused: str) -> Row:
    """For whoever knows the secret id of a guest's list, and for the account of any other."""
    return Row(document, Outcomes(refused, DONE, DONE, refused, SIGN_IN, refused, refused))


def _no_gift_card(document: str, argument: str = "giftCardCodes") -> Row:
    """There are none, whosever the cart is."""
    refused = f"NOT_SUPPORTED {argument}"
    return Row(document, _all_but_ended(refused, guests=refused))


_INVALID, _NO_FIELD = "INVALID input", "NOT_FOUND input"
_NO_OPTION = "INVALID_DELIVERY_OPTION selectedDeliveryOptions"
_CODES = "{ userErrors { code field } }"
_NO_LIST, _NO_LIST_OF_ITEMS = "NOT_FOUND id", "NOT_FOUND wishlistId"
_CUSTOMER_CODES = "{ userErrors: customerUserErrors { code field } }"
_ENDED = "INVALID customerAccessToken"
_PAGE = "(first: 3) { nodes { id } }"
_PERSONAL = "{ accepted userErrors { code field } }"
_HOME = '(territory: "GB", platform: IOS)'

QUERIES = {
    "addressForm": Row("(country: JP) { zipExample }", _all()),
    "article": Row('(id: "gid://storefront/Article/none") { id }', _all(NULL)),
    "articles": Row(_PAGE, _all()),
    "blogByHandle": Row('(handle: "news") { id }', _all(NULL)),
    "collectionByHandle": Row('(handle: "all") { id }', _all()),
    "localization": Row("{ country { isoCode } }", _all()),
    "metaobject": Row('(id: "gid://storefront/Metaobject/none") { id }', _all(NULL)),
    "metaobjects": Row('(type: "none", first: 3) { nodes { id } }', _all()),
    "paymentSettings": Row("{ currencyCode }", _all()),
    "productByHandle": Row('(handle: "none") { id }', _all(NULL)),
    "productTags": Row("(first: 3) { nodes }", _all()),
    "productTypes": Row("(first: 3) { nodes }", _all()),
    "publicApiVersions": Row("{ handle }", _all()),
    "sitemap": Row("(type: PRODUCT) { pagesCount { count } }", _all()),
    "urlRedirects": Row(_PAGE, _all()),
    "blog": Row('(handle: "news") { id }', _all(NULL)),
    "blogs": Row(_PAGE, _all()),
    "cart": Row('(id: "%(cart)s") { note }', Outcomes(NULL, DONE, DONE, NULL, SIGN_IN, NULL, NULL)),
    "codeDiscountNode": _staff('(id: "%(discount)s") { id }', Permission.DISCOUNTS),
    "codeDiscountNodeByCode": _staff('(code: "TEN") { id }', Permission.DISCOUNTS),
    "codeDiscountNodes": _staff(_PAGE, Permission.DISCOUNTS),
    "collection": Row('(handle: "all") { id }', _all()),
    "collections": Row(_PAGE, _all()),
    "customer": Row("{ email }", Outcomes(NULL, NULL, DONE, DONE, NULL, DONE, DONE)),
    "flashSale": Row('(id: "%(sale)s") { title }', _all(NULL)),
    "flashSales": Row(_PAGE, _all()),
    "hiddenItems": Row("{ category }", _all_but_ended()),
    "homepage": Row("(platform: WEB) { territory }", _all()),
    "homepageDocument": _staff(f"{_HOME} {{ version }}", Permission.HOMEPAGE),
    "homepageHistory": _staff(f"{_HOME} {{ actor }}", Permission.HOMEPAGE),
    "homepagePreview": Row('(token: "forged") { territory }', _all(SIGN_IN)),
    "locations": _staff(_PAGE, Permission.INVENTORY),
    "mails": _staff(_PAGE, Permission.MAILS),
    "mailTemplate": _staff('(kind: ORDER_CONFIRMED, territory: "GB") { subject }', Permission.MAILS),
    "menu": Row('(handle: "main") { id }', _all()),
    "menuHistory": _staff('(id: "gid://storefront/Menu/main") { savedAt }', Permission.HOMEPAGE),
    "node": Row('(id: "%(order)s") { id }', Outcomes(NULL, NULL, DONE, NULL, SIGN_IN, NULL, DONE), Permission.ORDERS),
    "nodes": Row(
        '(ids: ["%(order)s"]) { id }', Outcomes(NULL, NULL, DONE, NULL, SIGN_IN, NULL, DONE), Permission.ORDERS
    ),
    "order": Row(
        '(id: "%(order)s", token: "%(token)s") { name email }',
        Outcomes(NULL, DONE, DONE, NULL, SIGN_IN, NULL, DONE),
        Permission.ORDERS,
    ),
    "orders": _staff(_PAGE, Permission.ORDERS),
    "page": Row('(handle: "about") { id }', _all(NULL)),
    "pageByHandle": Row('(handle: "about") { id }', _all(NULL)),
    "pages": Row(_PAGE, _all()),
    "predictiveSearch": Row('(query: "mug") { products { id } }', _all()),
    "product": Row('(id: "%(product)s") { id }', _all()),
    "productRecommendations": Row('(productId: "%(product)s") { id }', _all()),
    "products": Row(_PAGE, _all()),
    "search": Row('(query: "mug", first: 3) { nodes { __typename } }', _all()),
    "sharedWishlist": Row('(token: "%(shared)s") { name }', Outcomes(NULL, *[DONE] * 6)),
    "shop": Row("{ name }", _all()),
    "webhookDeliveries": _staff(_PAGE, Permission.WEBHOOKS),
    "webhookSubscription": _staff('(id: "%(webhook)s") { id }', Permission.WEBHOOKS),
    "webhookSubscriptions": _staff(_PAGE, Permission.WEBHOOKS),
    "wishlist": Row(
        '(id: "%(list)s") { name items(first: 9) { nodes { note } } }',
        Outcomes(NULL, DONE, DONE, NULL, SIGN_IN, NULL, NULL),
    ),
}

# In this order: what ends a cart or a token comes last.
PUBLIC = {
    "cartCreate": Row(f'(input: {{ note: "new" }}) {_CODES}', _all_but_ended()),
    "cartLinesAdd": _cart(f'(cartId: "%(cart)s", lines: [{{ merchandiseId: "%(variant)s" }}]) {_CODES}'),
    "cartLinesUpdate": _cart(f'(cartId: "%(cart)s", lines: [{{ id: "%(line)s", quantity: 2 }}]) {_CODES}'),
    "cartLinesRemove": _cart(f'(cartId: "%(cart)s", lineIds: ["%(line)s"]) {_CODES}'),
    "cartNoteUpdate": _cart(f'(cartId: "%(cart)s", note: "secret") {_CODES}'),
    "cartAttributesUpdate": _cart(f'(cartId: "%(cart)s", attributes: [{{ key: "a", value: "b" }}]) {_CODES}'),
    "cartDiscountCodesUpdate": _cart(f'(cartId: "%(cart)s", discountCodes: ["NONE"]) {_CODES}'),
    "cartBuyerIdentityUpdate": _cart(f'(cartId: "%(cart)s", buyerIdentity: {{ email: "a@example.com" }}) {_CODES}'),
    "cartDeliveryAddressesAdd": _cart(
        '(cartId: "%(cart)s", addresses: [{ address: { deliveryAddress: { countryCode: GB } }, selected: true }])'
        f" {_CODES}"
    ),
    "cartDeliveryAddressesUpdate": _cart(
        f'(cartId: "%(cart)s", addresses: [{{ id: "%(address)s", selected: true }}]) {_CODES}'
    ),
    "cartDeliveryAddressesRemove": _cart(f'(cartId: "%(cart)s", addressIds: ["%(address)s"]) {_CODES}'),
    "cartDeliveryAddressesReplace": _cart(
        '(cartId: "%(cart)s", addresses: [{ address: { deliveryAddress: { countryCode: GB } }, selected: true }])'
        f" {_CODES}"
    ),
    "cartGiftCardCodesAdd": _no_gift_card(f'(cartId: "%(cart)s", giftCardCodes: ["ONE"]) {_CODES}'),
    "cartGiftCardCodesRemove": _no_gift_card(
        f'(cartId: "%(cart)s", appliedGiftCardIds: []) {_CODES}', "appliedGiftCardIds"
    ),
    "cartGiftCardCodesUpdate": _no_gift_card(f'(cartId: "%(cart)s", giftCardCodes: ["ONE"]) {_CODES}'),
    "cartMetafieldsSet": _cart(
        f'(metafields: [{{ ownerId: "%(cart)s", key: "a.b", value: "x", type: "single_line_text_field" }}]) {_CODES}',
        "INVALID metafields",
    ),
    "cartMetafieldDelete": Row(
        f'(input: {{ ownerId: "%(cart)s", key: "a.b" }}) {_CODES}',
        Outcomes(_INVALID, _NO_FIELD, _NO_FIELD, _INVALID, SIGN_IN, _INVALID, _INVALID),
    ),
    "cartSelectedDeliveryOptionsUpdate": Row(
        '(cartId: "%(cart)s", selectedDeliveryOptions: [{ deliveryGroupId: "%(group)s", deliveryOptionHandle: "x" }])'
        f" {_CODES}",
        Outcomes(NO_CART, _NO_OPTION, _NO_OPTION, NO_CART, SIGN_IN, NO_CART, NO_CART),
    ),
    "cartPrepareForCompletion": _cart(f'(cartId: "%(cart)s") {_CODES}'),
    "cartSubmitForCompletion": _cart(
        '(cartId: "%(cart)s", attemptToken: "one", payment: { token: "tok_ok" })'
        " { ... on SubmitFailed { userErrors: errors { code field } } }",
        "CART_NOT_FOUND cartId",
    ),
    "orderPaymentRetry": Row(
        '(orderId: "%(order)s", orderToken: "%(token)s", attemptToken: "one", payment: { token: "tok_ok" })'
        " { ... on SubmitFailed { userErrors: errors { code field } } }",
        Outcomes(_NO_ORDER, DONE, DONE, _NO_ORDER, SIGN_IN, _NO_ORDER, _NO_ORDER),
    ),
    "orderPaymentAbandon": Row(
        f'(orderId: "%(order)s", orderToken: "%(token)s") {_CODES}',
        Outcomes(_NO_ORDER, DONE, DONE, _NO_ORDER, SIGN_IN, _NO_ORDER, _NO_ORDER),
    ),
    "wishlistCreate": Row(f'(name: "new") {_CODES}', _all_but_ended()),
    "wishlistUpdate": _list(f'(id: "%(list)s", name: "new") {_CODES}', _NO_LIST),
    "wishlistShare": _list(f'(id: "%(list)s") {_CODES}', _NO_LIST),
    "wishlistUnshare": _list(f'(id: "%(list)s") {_CODES}', _NO_LIST),
    "wishlistItemsAdd": _list(
        f'(wishlistId: "%(list)s", items: [{{ productId: "%(product)s" }}]) {_CODES}', _NO_LIST_OF_ITEMS
    ),
    "wishlistItemsUpdate": _list(
        f'(wishlistId: "%(list)s", items: [{{ id: "%(item)s", quantity: 2 }}]) {_CODES}', _NO_LIST_OF_ITEMS
    ),
    "wishlistItemsRemove": _list(f'(wishlistId: "%(list)s", itemIds: ["%(item)s"]) {_CODES}', _NO_LIST_OF_ITEMS),
    "wishlistItemsMoveToCart": _list(
        f'(wishlistId: "%(list)s", itemIds: ["%(item)s"], cartId: "%(cart)s") {_CODES}', NO_CART
    ),
    "cartLinesSaveForLater": _list(
        f'(wishlistId: "%(list)s", lineIds: ["%(line)s"], cartId: "%(cart)s") {_CODES}', NO_CART
    ),
    "wishlistClaim": Row(
        f'(id: "%(list)s") {_CODES}',
        Outcomes(SIGN_IN, SIGN_IN, DONE, _NO_LIST, SIGN_IN, _NO_LIST, _NO_LIST),
    ),
    "wishlistDelete": _list(f'(id: "%(list)s") {_CODES}', _NO_LIST),
    "hideProduct": Row(f'(productId: "%(product)s") {_PERSONAL}', _all_but_ended(guests="INVALID")),
    "unhideProduct": Row(f'(productId: "%(product)s") {_PERSONAL}', _all_but_ended()),
    "hideCategory": Row(f'(category: "all") {_PERSONAL}', _all_but_ended(guests="INVALID")),
    "unhideCategory": Row(f'(category: "all") {_PERSONAL}', _all_but_ended()),
    "unhide": Row(f'(categories: ["all"]) {_PERSONAL}', _all_but_ended()),
    "trackEvents": Row(f'(events: [{{ type: VIEW, category: "all" }}]) {_PERSONAL}', _all_but_ended()),
    "customerCreate": Row(f'(input: {{ email: "x", password: "short" }}) {_CODES}', _all("INVALID input")),
    "customerActivate": Row(
        f'(id: "x", input: {{ activationToken: "x", password: "long enough" }}) {_CODES}',
        _all("INVALID input"),
    ),
    "customerActivateByUrl": Row(
        f'(activationUrl: "https://x.test/account/activate/7/x", password: "long enough") {_CUSTOMER_CODES}',
        _all("INVALID activationUrl"),
    ),
    # The same for an address with an account and for one without.
    "customerRecover": Row(f'(email: "secret@example.com") {_CODES}', _all()),
    "customerReset": Row(
        f'(id: "x", input: {{ resetToken: "x", password: "long enough" }}) {_CODES}', _all("INVALID input")
    ),
    "customerResetByUrl": Row(
        f'(resetUrl: "https://x.test/account/reset/7/x", password: "long enough") {_CODES}', _all("INVALID resetUrl")
    ),
    "customerVerifyEmail": Row(f'(token: "x") {_CODES}', _all("INVALID token")),
    # The token in the arguments alone counts, whoever makes the request.
    "customerUpdate": Row(
        f'(customer: {{ firstName: "A" }}, customerAccessToken: "%(access)s") {_CODES}', _all(_ENDED)
    ),
    "customerAccessTokenRenew": Row(f'(customerAccessToken: "%(access)s") {_CODES}', _all(_ENDED)),
    "customerAddressCreate": Row(
        f'(address: {{ country: "GB" }}, customerAccessToken: "%(access)s") {_CODES}', _all(_ENDED)
    ),
    "customerAddressUpdate": Row(
        f'(id: "%(book)s", address: {{ city: "A" }}, customerAccessToken: "%(access)s") {_CODES}', _all(_ENDED)
    ),
    "customerAddressDelete": Row(f'(id: "%(book)s", customerAccessToken: "%(access)s") {_CODES}', _all(_ENDED)),
    "customerDefaultAddressUpdate": Row(
        f'(addressId: "%(book)s", customerAccessToken: "%(access)s") {_CODES}', _all(_ENDED)
    ),
    "customerAccessTokenCreate": Row(
        '(input: { email: "secret@example.com", password: "wrong" }) { userErrors: customerUserErrors { code field } }',
        _all("UNIDENTIFIED_CUSTOMER input"),
    ),
    "customerAccessTokenDelete": Row(
        '(customerAccessToken: "%(access)s") { userErrors { code field } }', _all("INVALID customerAccessToken")
    ),
}

STAFF_ROWS = {name: _staff(guarded.document, guarded.permission) for name, guarded in STAFF.items()}
MUTATIONS = PUBLIC | STAFF_ROWS
