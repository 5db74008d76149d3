"""Which form of parts a client reads follows from its Accept header."""

import pytest

from bff.edge.parts import form_of
from bff.edge.responses import negotiate

OF_2022 = 'multipart/mixed; boundary="-"; deferSpec=20220824'
DRAFT = 'multipart/mixed; boundary="-"; incrementalSpec=v0.2'
PLAIN = 'multipart/mixed; boundary="-"'
# As the published clients send it.
ACCEPTS = {
    "multipart/mixed;deferSpec=20220824,application/json": OF_2022,  # Apollo Client 3, Apollo Kotlin and iOS
    "multipart/mixed; deferSpec=20220824, application/graphql-response+json, application/json;q=0.9": OF_2022,
    "multipart/mixed;incrementalSpec=v0.2,application/graphql-response+json,application/json;q=0.9": DRAFT,
    "application/graphql-response+json, application/graphql+json, application/json, text/event-stream, "
    "multipart/mixed": PLAIN,  # urql
    'Multipart/Mixed; boundary="graphql"; DeferSpec="20220824", application/json': OF_2022,
    "multipart/mixed, multipart/mixed;incrementalSpec=v0.2, application/json": DRAFT,
    "a/b, " * 1_000 + "multipart/mixed, application/json": PLAIN,
}


@pytest.mark.parametrize(("accept", "media_type"), ACCEPTS.items())
def test_clients_get_the_form_that_they_read(accept: str, media_type: str) -> None:
    """All of them accept an answer in one part as well."""
    form = form_of(accept)
    assert form is not None
    assert form.media_type == media_type
    assert negotiate(accept) is not None


@pytest.mark.parametrize(
    "accept",
    [
        "",
        "*/*",
        "multipart/*, application/json",
        "application/json",
        "multipart/mixed;q=0, application/json",
        "multipart/mixed;deferSpec=20300101, application/json",
        'multipart/mixed;boundary="graphql";subscriptionSpec=1.0, application/json',
        "multipart/mixed;deferSpec=20220824;incrementalSpec=v0.2",
    ],
)
def test_other_clients_get_one_part(accept: str) -> None:
    """Also those that read a form that is unknown here."""
    assert form_of(accept) is None
