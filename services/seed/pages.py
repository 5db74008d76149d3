"""Pages and policies of the demo shop. They are texts for a demonstration, and say so where it matters."""

from datetime import UTC, datetime

from domain.catalog.records import Seo
from domain.content import ContentPage, Policy

WRITTEN = datetime(2026, 1, 5, 9, tzinfo=UTC)
_PAGES: tuple[tuple[str, str, str, str], ...] = (
    (
        "about",
        "About us",
        "A small shop for things that last, and a demonstration of a fast one.",
        "<p>We sell two hundred things made by ten small workshops. We know the people who throw the mugs, weave the "
        "blankets and bind the notebooks, and we would tell you their gossip if the page were longer.</p>"
        "<h2>How we choose</h2><p>Three questions. Does it work? Can it be repaired? Would we miss it? If the answer "
        "to "
        "any of them is no, it does not come in.</p>"
        "<h2>The honest part</h2><p>This is a demonstration shop. The makers, the products and their pictures are "
        "invented, nothing is delivered, and no real money moves.</p>",
    ),
    (
        "shipping",
        "Delivery",
        "Where we deliver, how long it takes and what it costs.",
        "<p>Orders placed before two in the afternoon leave the same working day.</p>"
        "<ul><li><strong>United Kingdom:</strong> two to three working days</li>"
        "<li><strong>Euro area:</strong> four to six working days, duties paid</li>"
        "<li><strong>United States:</strong> six to nine working days, duties paid</li></ul>"
        "<p>Tents, pendant lamps and baskets travel in boxes of their own, so a large order may arrive in parts.</p>",
    ),
    (
        "contact",
        "Contact",
        "How to reach a person.",
        '<p>Write to <a href="mailto:hello@example.com">hello@example.com</a>. A person reads every message, usually '
        "before lunch and always before the weekend.</p>"
        "<p>If your question is about an order, put its number in the subject line; it begins with a hash sign.</p>",
    ),
    (
        "faq",
        "Questions and answers",
        "What people ask us most.",
        "<h2>Is it in stock?</h2><p>If the button says so, yes: a unit is yours from the moment you place the order, "
        "and "
        "never sold twice.</p>"
        "<h2>Can I change my order?</h2><p>Until it is packed you can cancel it yourself on the page of the order.</p>"
        "<h2>Will it be back?</h2><p>Most things come back within a month. Numbered editions do not, which is the "
        "idea of "
        "the number.</p>"
        "<h2>Do you wrap gifts?</h2><p>Candles, soap and letter sets come in boxes that need no wrapping. For the "
        "rest, "
        "add a note to your cart and we will find some string.</p>",
    ),
    (
        "care-and-repair",
        "Care and repair",
        "How to make things last, and who mends them when they do not.",
        "<p>The care line on each product page is short because most things need little: keep wood oiled, wool aired "
        "and "
        "iron dry.</p>"
        "<p>Blankets are mended free of charge for ten years and backpacks for five. Chipped plates are replaced in "
        "their "
        "first year. For anything else, ask; somebody in the workshop likes a puzzle.</p>",
    ),
    (
        "gift-guide",
        "Gift guide",
        "For people who say they need nothing.",
        "<p><strong>Under ten pounds:</strong> a packet of seeds, a bar of soap, a birthday calendar.</p>"
        "<p><strong>Under thirty:</strong> the Harbour Mug, a candle, socks for a Sunday.</p>"
        "<p><strong>For a big birthday:</strong> the Hill Farm Blanket, or a tide clock with a number on its back.</p>",
    ),
)
_POLICIES: tuple[tuple[str, str, str], ...] = (
    (
        "privacy-policy",
        "Privacy policy",
        "<p>We keep what an order needs: your name, address, e-mail address and what you bought. We use it to "
        "deliver, to "
        "answer you and to keep our books. We do not sell it.</p>"
        "<p>You may see, correct or delete what we keep by writing to hello@example.com. This is a demonstration "
        "shop: do "
        "not enter real personal data.</p>",
    ),
    (
        "refund-policy",
        "Refund policy",
        "<p>Send back anything unused within thirty days and we refund its full price to the card you paid with, "
        "within "
        "five working days of its arrival.</p><p>If something arrives broken, send a photograph instead of the "
        "thing.</p>",
    ),
    (
        "shipping-policy",
        "Shipping policy",
        "<p>Delivery is included in every price. Orders leave within one working day, and you get a message when "
        "they do."
        "</p><p>A parcel not delivered after fifteen working days counts as lost: we send another one or refund it, "
        "as you "
        "wish.</p>",
    ),
    (
        "terms-of-service",
        "Terms of service",
        "<p>An order is binding when its payment is confirmed. Prices include tax where tax is due. What is sold out "
        "is "
        "sold out: we never sell a unit twice.</p><p>This is a demonstration shop: no order leads to a delivery and no "
        "payment to a charge.</p>",
    ),
)


def pages() -> tuple[ContentPage, ...]:
    """Every page of text; its handle is its key."""
    return tuple(
        ContentPage(handle, handle, title, html, summary, WRITTEN, WRITTEN, Seo(title, summary))
        for handle, title, summary, html in _PAGES
    )


def policies() -> tuple[Policy, ...]:
    """The legal texts, by paths below the shop's own address."""
    return tuple(Policy(handle, handle, title, html, f"/policies/{handle}") for handle, title, html in _POLICIES)
