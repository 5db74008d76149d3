"""A visit to the demo shop: everything is looked at, and a cart lives from its first line to a parcel."""

from typing import Any

from bff.stores.wiring import Stores
from datasources.catalog.products import CollectionPage
from demo.accounts import DEMO_PASSWORD
from domain.catalog.records import ProductSort
from domain.kit.paging import PageRequest
from tests.kit.storefront_asker import CHOSEN, ERRORS, FIRST, HOME, IN_CONTEXT, INTERFACES, TEXT, TOTAL, Asker


async def browse(ask: Asker) -> None:
    await ask.query("product", '(handle: "harbour-mug")')
    measure = {"namespace": '"unit_price"', "key": '"measure"'}
    await ask.query("product", '(handle: "oat-honey-soap")', depth=3, **measure)
    await ask.query("productByHandle", '(handle: "harbour-mug")', depth=3)
    for name in ("products", "collections", "pages", "blogs", "articles", "urlRedirects"):
        await ask.query(name, FIRST, depth=5)
    await ask.query("collection", '(handle: "kitchen")', key='"season"', identifiers='[{key: "season"}]')
    await ask.query("collectionByHandle", '(handle: "kitchen")', depth=3)
    await ask.query("page", '(handle: "about")')
    await ask.query("page", '(handle: "about")', key='"makers"')
    await ask.query("pageByHandle", '(handle: "about")', depth=2)
    await ask.query("shop", key='"founded"', identifiers='[{key: "founded"}]')
    await ask.query("collection", '(handle: "sale")', depth=4)
    for name in ("localization", "paymentSettings", "publicApiVersions"):
        await ask.query(name)
    await ask.query("menu", '(handle: "main-menu")')
    await ask.query("blog", '(handle: "news")')
    await ask.query("blogByHandle", '(handle: "news")', depth=2)
    await ask.query("article", '(id: "gid://shopify/Article/news/why-the-harbour-mug-has-no-glaze-below")')
    await ask.query("metaobject", '(handle: {type: "maker", handle: "hobb-larkin"})', key='"name"')
    await ask.query("metaobject", '(handle: {type: "maker", handle: "hobb-larkin"})', key='"story"')
    await ask.query("metaobjects", '(type: "maker", first: 2)', key='"read_more"')
    for kind in ("PRODUCT", "COLLECTION", "PAGE", "BLOG", "ARTICLE", "METAOBJECT"):
        await ask.query("sitemap", f"(type: {kind})")
    for name in ("productTags", "productTypes"):
        await ask.query(name, "(first: 5)")
    about = "gid://shopify/Page/about"
    await ask.ask(INTERFACES, {"id": about})
    await ask.query("nodes", f'(ids: ["{about}"])', depth=2)
    await ask.ask(IN_CONTEXT)
    await ask.query(
        "search", '(query: "mug", first: 2, types: [PRODUCT, PAGE], sortKey: PRICE, unavailableProducts: SHOW)', depth=4
    )
    found = '(query: "kitchen", limit: 5, limitScope: EACH, types: [COLLECTION, PRODUCT, PAGE, QUERY])'
    await ask.query("predictiveSearch", found, depth=4)
    await ask.query("predictiveSearch", '(query: "about")', depth=3)
    await ask.query("predictiveSearch", '(query: "candles", types: [ARTICLE])', depth=3)


async def buy(ask: Asker, stores: Stores) -> None:
    """A whole life of a cart."""
    mug = (await stores.catalog.products.by_handle(["harbour-mug"]))[0]
    assert mug is not None
    (variants,) = await stores.catalog.variants.by_product([mug.id], stores.territories.default)
    first, second = (f"gid://shopify/ProductVariant/{variant.id}" for variant in variants[:2])
    of_mug = [{"name": each.name, "value": each.value} for each in variants[0].options]
    await ask.ask(CHOSEN, {"id": f"gid://shopify/Product/{mug.id}", "options": of_mug})
    await ask.query("productRecommendations", f'(productId: "gid://shopify/Product/{mug.id}")', depth=3)
    attributes = [{"key": "maker", "value": "me"}]
    line = {"merchandiseId": first, "quantity": 2, "attributes": attributes}
    address: dict[str, Any] = {"address": {"deliveryAddress": HOME}, "selected": True, "oneTimeUse": False}
    address |= {"validationStrategy": "COUNTRY_CODE_ONLY"}
    where = {"countryCode": "GB", "latitude": 51.5, "longitude": -0.1}
    preferences = {"delivery": {"coordinates": where, "deliveryMethod": ["SHIPPING"], "pickupHandle": ["x"]}}
    buyer = {"email": "ada@example.com", "phone": "+442079460000", "countryCode": "GB"}
    given = {
        "lines": [line],
        "attributes": attributes,
        "note": "Please ring",
        "sourceName": "web",
        "buyerIdentity": buyer | {"preferences": preferences | {"wallet": ["x"]}},
        "discountCodes": ["WELCOME10", "FREESHIP"],
        "delivery": {"addresses": [address]},
        "metafields": [{"key": "maker", "type": "single_line_text_field", "value": "us"}],
    }
    made = await ask.mutation("cartCreate", {"input": ("CartInput", given)}, depth=8)
    cart = made["CartCreatePayload__of__cart"]["Cart__of__id"]
    named = {"cartId": ("ID!", cart)}
    group = made["CartCreatePayload__of__cart"]["Cart__of__deliveryGroups"]
    group = group["CartDeliveryGroupConnection__of__nodes"][0]["CartDeliveryGroup__of__id"]
    await ask.query("cart", f'(id: "{cart}")', depth=8)
    lines = [{"merchandiseId": second, "quantity": 100_000_000 - 99_999_999}]
    added = await ask.mutation("cartLinesAdd", named | {"lines": ("[CartLineInput!]!", lines)})
    nodes = added["CartLinesAddPayload__of__cart"]["Cart__of__lines"]["BaseCartLineConnection__of__nodes"]
    key, other = nodes[0]["BaseCartLine__of__viewKey"], nodes[1]["BaseCartLine__of__id"]
    (reduced,) = await stores.catalog.collections.by_handle(["sale"])
    assert reduced is not None
    wanted = CollectionPage(reduced.id, PageRequest(50), ProductSort.MANUAL, False)
    (page,) = await stores.catalog.products.in_collections([wanted])
    found = await stores.catalog.variants.by_product([each.id for each in page.items], stores.territories.default)
    sale = next(each for own in found for each in own if each.compare_at and each.available > 5)
    reduced_line = [{"merchandiseId": f"gid://shopify/ProductVariant/{sale.id}", "quantity": 1}]
    await ask.mutation("cartLinesAdd", named | {"lines": ("[CartLineInput!]!", reduced_line)})
    changes = [{"viewKey": key, "quantity": 3, "attributes": attributes}, {"id": other, "merchandiseId": second}]
    await ask.mutation("cartLinesUpdate", named | {"lines": ("[CartLineUpdateInput!]!", changes)})
    await ask.mutation("cartLinesRemove", named | {"lineIds": ("[ID!]", [other])})
    old = [{"deliveryAddress": TEXT, "oneTimeUse": True, "deliveryAddressValidationStrategy": "STRICT"}]
    kind = "CartBuyerIdentityInput!"
    older: dict[str, Any] = buyer | {"deliveryAddressPreferences": old}
    await ask.mutation("cartBuyerIdentityUpdate", named | {"buyerIdentity": (kind, older)})
    await ask.mutation("cartNoteUpdate", named | {"note": ("String!", "Ring twice")})
    await ask.mutation("cartAttributesUpdate", named | {"attributes": ("[AttributeInput!]!", attributes)})
    codes = ["FREESHIP", "WELCOME10", "NOSUCHCODE"]
    await ask.mutation("cartDiscountCodesUpdate", named | {"discountCodes": ("[String!]!", codes)})
    await ask.mutation("cartLinesRemove", named | {"lineIds": ("[ID!]", [other])})
    many = {"addresses": ("[CartSelectableAddressInput!]!", [address])}
    await ask.mutation("cartDeliveryAddressesReplace", named | many)
    await ask.mutation("cartDeliveryAddressesReplace", named | {"addresses": (many["addresses"][0], [address] * 21)})
    shown = await ask.mutation("cartDeliveryAddressesAdd", named | many)
    shown = shown["CartDeliveryAddressesAddPayload__of__cart"]["Cart__of__delivery"]
    ids = [each["CartSelectableAddress__of__id"] for each in shown["CartDelivery__of__addresses"]]
    change = [address | {"id": ids[0]}]
    update = {"addresses": ("[CartSelectableAddressUpdateInput!]!", change)}
    await ask.mutation("cartDeliveryAddressesUpdate", named | update)
    await ask.mutation("cartDeliveryAddressesRemove", named | {"addressIds": ("[ID!]!", ids[1:])})
    option = [{"deliveryGroupId": group, "deliveryOptionHandle": "express"}]
    chosen = {"selectedDeliveryOptions": ("[CartSelectedDeliveryOptionInput!]!", option)}
    await ask.mutation("cartSelectedDeliveryOptionsUpdate", named | chosen)
    for name in ("cartGiftCardCodesAdd", "cartGiftCardCodesUpdate"):
        await ask.mutation(name, named | {"giftCardCodes": ("[String!]!", ["x"])})
    await ask.mutation("cartGiftCardCodesRemove", named | {"appliedGiftCardIds": ("[ID!]!", ["x"])})
    field = {"ownerId": cart, "key": "maker", "type": "single_line_text_field", "value": "them"}
    for value in ("them", ""):
        fields = ("[CartMetafieldsSetInput!]!", [field | {"value": value}])
        await ask.mutation("cartMetafieldsSet", {"metafields": fields})
    for _ in range(2):
        named_so = {"ownerId": cart, "key": "maker"}
        await ask.mutation("cartMetafieldDelete", {"input": ("CartMetafieldDeleteInput!", named_so)})
    await ask.mutation("cartNoteUpdate", named | {"note": ("String!", "x" * 5_001)})
    await ask.mutation("cartAttributesUpdate", named | {"attributes": ("[AttributeInput!]!", attributes * 51)})
    await ask.mutation("cartLinesAdd", named | {"lines": ("[CartLineInput!]!", lines * 101)})
    await ask.mutation("cartLinesUpdate", named | {"lines": ("[CartLineUpdateInput!]!", changes * 51)})
    await ask.mutation("cartDiscountCodesUpdate", named | {"discountCodes": ("[String!]!", list("abcdefghijk"))})
    await ask.mutation("cartBuyerIdentityUpdate", named | {"buyerIdentity": (kind, {"email": "nobody"})})
    for name in ("cartDeliveryAddressesAdd", "cartDeliveryAddressesReplace"):
        await ask.mutation(name, named | {"addresses": (many["addresses"][0], [address] * 21)})
    await ask.mutation("cartDeliveryAddressesUpdate", named | {"addresses": (update["addresses"][0], change * 21)})
    await ask.mutation("cartDeliveryAddressesRemove", named | {"addressIds": ("[ID!]!", ["x"])})
    unknown = [{"deliveryGroupId": group, "deliveryOptionHandle": "pigeon"}]
    options = chosen["selectedDeliveryOptions"][0]
    await ask.mutation("cartSelectedDeliveryOptionsUpdate", named | {"selectedDeliveryOptions": (options, unknown)})
    await ask.mutation("cartCreate", {"input": ("CartInput", {"note": "x" * 5_001})})
    await ask.mutation("cartPrepareForCompletion", named)
    await ask.ask(ERRORS)
    total = (await ask.ask(TOTAL, {"id": cart}))["cost"]["totalAmount"]["amount"]
    for attempt, amount in (("first", "0.01"), ("second", total)):
        agreed = {"amount": amount, "currencyCode": "GBP"}
        submit = named | {"attemptToken": ("String!", attempt), "payment": ("CartPaymentInput!", {"token": "tok_ok"})}
        bought = await ask.mutation("cartSubmitForCompletion", submit | {"expectedTotal": ("MoneyInput", agreed)})
    await _serve(ask, bought["SubmitSuccess__of__order"]["Order__of__id"], mug.id, first)
    await _sign_up(ask)


async def _log_in(ask: Asker, name: str, password: str = DEMO_PASSWORD) -> str:
    login = {"email": f"{name}@example.com", "password": password}
    made = await ask.mutation("customerAccessTokenCreate", {"input": ("CustomerAccessTokenCreateInput!", login)})
    token = made["CustomerAccessTokenCreatePayload__of__customerAccessToken"]["CustomerAccessToken__of__accessToken"]
    assert isinstance(token, str)
    return token


async def _serve(ask: Asker, order: str, product_id: int, variant: str) -> None:
    """What staff do, and what shoppers then see of it."""
    ask.client.headers["Authorization"] = f"Bearer {await _log_in(ask, 'staff')}"
    await ask.query("locations", "(first: 2)")
    limit: list[dict[str, Any]] = [{"id": variant, "quantityRule": {"maximum": 5}}]
    product = ("ID!", f"gid://shopify/Product/{product_id}")
    limits = ("[ProductVariantsBulkInput!]!", limit)
    await ask.mutation("productVariantsBulkUpdate", {"productId": product, "variants": limits}, depth=3)
    tracking = {"number": "1Z", "url": "https://carrier.example/1Z", "company": "C"}
    parcel: dict[str, Any] = {"orderId": order, "trackingInfo": tracking}
    await ask.mutation("fulfillmentCreate", {"fulfillment": ("FulfillmentInput!", parcel)})
    await ask.query("order", f'(id: "{order}")')
    del ask.client.headers["Authorization"]


async def _change_account(ask: Asker, token: str) -> None:
    """The profile and the address book of a shopper; each change once as it should be, and once not."""
    owner = {"customerAccessToken": ("String!", token)}
    home: dict[str, Any] = {"firstName": "Ann", "lastName": "Lee", "company": "Tea", "address1": "Weg 1"}
    home |= {"address2": "Hof", "city": "London", "province": "London", "country": "GB", "zip": "SW1Y 4JH"}
    home["phone"] = "+442079460000"
    given = ("MailingAddressInput!", home)
    made = await ask.mutation("customerAddressCreate", owner | {"address": given})
    gid = made["CustomerAddressCreatePayload__of__customerAddress"]["MailingAddress__of__id"]
    for key in (gid, "x"):
        book = owner | {"id": ("ID!", key)}
        await ask.mutation("customerAddressUpdate", book | {"address": given})
        await ask.mutation("customerDefaultAddressUpdate", owner | {"addressId": ("ID!", key)})
    copied: dict[str, Any] = {"addresses": [{"address": {"copyFromCustomerAddressId": gid}}]}
    buyer = {"buyerIdentity": {"customerAccessToken": token}, "delivery": copied}
    await ask.mutation("cartCreate", {"input": ("CartInput", buyer)})
    await ask.query("customer", f'(customerAccessToken: "{token}")')
    await ask.mutation("customerAddressCreate", owner | {"address": ("MailingAddressInput!", {"city": "x" * 256})})
    for _ in range(2):
        await ask.mutation("customerAddressDelete", owner | {"id": ("ID!", gid)})
    for email in ("shopper@example.com", "shopper"):
        await ask.mutation("customerRecover", {"email": ("String!", email)})
    changes = {"firstName": "Ann", "lastName": "Lee", "phone": home["phone"], "acceptsMarketing": True}
    for more in ({"email": "shopper@example.com"}, {"email": "shopper"}):
        await ask.mutation("customerUpdate", owner | {"customer": ("CustomerUpdateInput!", changes | more)})
    url, password = ("URL!", "https://x.test/account/reset/7/x"), ("String!", "long enough")
    await ask.mutation("customerResetByUrl", {"resetUrl": url, "password": password})
    await ask.mutation("customerActivateByUrl", {"activationUrl": url, "password": password})
    proof: dict[str, Any] = {"resetToken": "x", "password": "long enough"}
    await ask.mutation("customerReset", {"id": ("ID!", "x"), "input": ("CustomerResetInput!", proof)})
    for each in (token, "x"):
        await ask.mutation("customerAccessTokenRenew", {"customerAccessToken": ("String!", each)})


async def _sign_up(ask: Asker) -> None:
    """An account with past orders, and one that is new."""
    new: dict[str, Any] = {
        "email": "new@example.com",
        "password": "long enough",
        "firstName": "New",
        "lastName": "Person",
    }
    new |= {"phone": "+442079460000", "acceptsMarketing": True}
    for _ in range(2):
        await ask.mutation("customerCreate", {"input": ("CustomerCreateInput!", new)})
    theirs = {"customerAccessToken": ("String!", await _log_in(ask, "new", "long enough"))}
    await ask.mutation("customerUpdate", theirs | {"customer": ("CustomerUpdateInput!", {"password": "longer enough"})})
    token = await _log_in(ask, "shopper")
    wrong = {"email": "shopper@example.com", "password": "wrong password"}
    await ask.mutation("customerAccessTokenCreate", {"input": ("CustomerAccessTokenCreateInput!", wrong)})
    mine = {"buyerIdentity": {"customerAccessToken": token}}
    await ask.mutation("cartCreate", {"input": ("CartInput", mine)})
    await _change_account(ask, token)
    for _ in range(2):
        await ask.mutation("customerAccessTokenDelete", {"customerAccessToken": ("String!", token)})
