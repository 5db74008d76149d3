"""Staff see mails, have them sent again, and change what they say."""

from typing import Any

import pytest

from datasources import tables
from domain.accounts import Permission
from domain.kit.ids import global_id
from tests.kit.factories.mails import add_refused_mail
from tests.kit.factories.orders import add_order
from tests.kit.fixtures.graphql_api import Account, Api, Record

LIST = """
query($state: MailState, $order: ID) {
  mails(first: 10, state: $state, orderId: $order) {
    nodes { id kind orderId state attempts lastError } pageInfo { hasNextPage }
  }
}"""
READ = """
query($kind: MailKind!, $territory: String!, $language: LanguageCode) {
  mailTemplate(kind: $kind, territory: $territory, language: $language) {
    kind territory language subject text html isDefault
  }
}"""
UPDATE = """
mutation($kind: MailKind!, $territory: String!, $template: MailTemplateInput!) {
  mailTemplateUpdate(kind: $kind, territory: $territory, template: $template) {
    mailTemplate { subject isDefault language } userErrors { code message field }
  }
}"""
PREVIEW = """
mutation($kind: MailKind!, $territory: String!, $template: MailTemplateInput) {
  mailTemplatePreview(kind: $kind, territory: $territory, template: $template) {
    preview { subject text html } userErrors { code message field }
  }
}"""
RESET = """
mutation { mailTemplateReset(kind: ORDER_SHIPPED, territory: "GB") {
  mailTemplate { subject isDefault } userErrors { code } } }"""
AGAIN = "mutation($id: ID!) { mailSendAgain(id: $id) { mail { state attempts } userErrors { code field } } }"
PLAIN = {"subject": "Parcel of {{ order.name }}", "text": "It is {{ parcel.number }}.", "html": "<p>Soon.</p>"}
WHERE = {"kind": "ORDER_SHIPPED", "territory": "GB"}


@pytest.fixture
async def staff(api: Api) -> Account:
    """Who may change mails."""
    return await api.add_account(Permission.MAILS)


async def _template(api: Api, staff: Account, **where: str) -> Any:
    return (await api.data(READ, WHERE | where, staff.token))["mailTemplate"]


async def test_a_template_is_replaced_and_reset(api: Api, staff: Account) -> None:
    """For its territory alone; the shop's own one comes back."""
    own = await _template(api, staff)
    assert (own["isDefault"], own["language"], own["territory"]) == (True, "EN", "GB")
    assert "{{ parcel.number }}" in own["text"]
    changed = (await api.data(UPDATE, WHERE | {"template": PLAIN}, staff.token))["mailTemplateUpdate"]
    assert changed == {
        "mailTemplate": {"subject": PLAIN["subject"], "isDefault": False, "language": "EN"},
        "userErrors": [],
    }
    assert (await _template(api, staff))["html"] == "<p>Soon.</p>"
    assert (await _template(api, staff, territory="US"))["isDefault"]
    assert (await _template(api, staff, language="DE"))["subject"] == "Bestellung {{ order.name }} ist unterwegs"
    reset = (await api.data(RESET, token=staff.token))["mailTemplateReset"]
    assert reset == {"mailTemplate": {"subject": own["subject"], "isDefault": True}, "userErrors": []}
    assert await _template(api, staff) == own
    assert await _template(api, staff, territory="nowhere") is None


async def test_a_sample_is_shown_and_nothing_is_sent(api: Api, staff: Account) -> None:
    """From the template in use, and from one that is only tried."""
    used = (await api.data(PREVIEW, WHERE, staff.token))["mailTemplatePreview"]["preview"]
    assert used["subject"] == "Order #1001 is on its way"
    assert "RM123456789GB" in used["html"]
    tried = (await api.data(PREVIEW, WHERE | {"template": PLAIN}, staff.token))["mailTemplatePreview"]["preview"]
    assert tried == {"subject": "Parcel of #1001", "text": "It is RM123456789GB.", "html": "<p>Soon.</p>"}
    assert (await _template(api, staff))["isDefault"]
    assert await api.rows(tables.mails) == []


@pytest.mark.parametrize(
    ("changes", "code", "part"),
    [
        ({"subject": " "}, "BLANK", "subject"),
        ({"subject": "{{ '' }}"}, "BLANK", "subject"),
        ({"text": ""}, "BLANK", "text"),
        ({"html": "{{ refund.amount }}"}, "INVALID", "html"),
        ({"html": "{{ ''.__class__ }}"}, "INVALID", "html"),
        ({"text": "{% for x in order.lines %}"}, "INVALID", "text"),
        ({"text": "x" * 70_000}, "INVALID", "text"),
    ],
)
async def test_a_template_that_cannot_write_its_mail_is_refused(
    api: Api, staff: Account, changes: Record, code: str, part: str
) -> None:
    """When it is tried and when it is saved, with the place and the reason."""
    for operation, name in ((PREVIEW, "mailTemplatePreview"), (UPDATE, "mailTemplateUpdate")):
        answer = (await api.data(operation, WHERE | {"template": PLAIN | changes}, staff.token))[name]
        assert [(each["code"], each["field"]) for each in answer["userErrors"]] == [(code, ["template", part])]
    assert (await _template(api, staff))["isDefault"]


async def test_what_was_not_sent_is_found_and_sent_again(api: Api, staff: Account) -> None:
    """Staff see why, and never the address; a mail that waits or was sent is not sent again."""
    order = await api.transact(add_order)
    mail = await api.transact(lambda tx: add_refused_mail(tx, order))
    gid = global_id("Mail", mail)
    (node,) = (await api.data(LIST, {"state": "REFUSED"}, staff.token))["mails"]["nodes"]
    assert node == {
        "id": gid,
        "kind": "ORDER_CONFIRMED",
        "orderId": global_id("Order", order),
        "state": "REFUSED",
        "attempts": 1,
        "lastError": "SMTP 550",
    }
    assert (await api.data(LIST, {"order": global_id("Order", order + 1)}, staff.token))["mails"]["nodes"] == []
    again = (await api.data(AGAIN, {"id": gid}, staff.token))["mailSendAgain"]
    assert again == {"mail": {"state": "WAITING", "attempts": 1}, "userErrors": []}
    for unknown in (gid, "nothing"):
        refused = (await api.data(AGAIN, {"id": unknown}, staff.token))["mailSendAgain"]
        assert refused == {"mail": None, "userErrors": [{"code": "NOT_FOUND", "field": ["id"]}]}
