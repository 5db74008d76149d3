"""The language of templates shows values and can do nothing else, whoever wrote the template."""

import pytest

from domain.mail import MailKind
from domain.territories.markets import Territory
from services.mail.letters import default_template
from services.mail.template_language import MAX_MAIL, MAX_TEMPLATE, WrongTemplate, render
from services.mail.templating import sample

FACTS = {"order": {"name": "#1 <b>", "lines": [{"title": "Mug"}, {"title": "Cup"}]}, "shop": {"name": "Tea"}}
GB = Territory("GB", "United Kingdom", "GBP", countries=("GB",))


def test_values_choices_and_repetitions_are_shown() -> None:
    """Values are escaped in HTML and not in plain text; filters without harm work."""
    text = "{% for line in order.lines %}{{ loop.index }}. {{ line.title|upper }}\n{% endfor %}{{ order.name }}"
    assert render(text, FACTS, is_html=False) == "1. MUG\n2. CUP\n#1 <b>"
    assert render("{{ order.name }}", FACTS, is_html=True) == "#1 &lt;b&gt;"
    assert render("{% if order.lines|length > 1 %}many{% else %}one{% endif %}", FACTS, is_html=False) == "many"
    assert render('{{ order.note|default("none") }}', FACTS, is_html=False) == "none"


@pytest.mark.parametrize(
    "hostile",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ order.__class__ }}",
        "{{ order['__class__'] }}",
        "{{ order.name.format }}{{ order.name.format(order) }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ self }}",
        "{{ self._TemplateReference__context }}",
        "{% for i in range(10 ** 9) %}{% endfor %}",
        "{{ 'a' * 10 ** 9 }}",
        "{{ 2 ** 10 ** 9 }}",
        "{% set x = 'a' %}{{ x ~ x }}",
        "{% for a in order.lines %}{% for b in order.lines %}x{% endfor %}{% endfor %}",
        "{% for a in order.lines recursive %}{{ loop(order.lines) }}{% endfor %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% include 'layout.html' %}",
        "{% extends 'layout.html' %}",
        "{% import 'layout.html' as x %}",
        "{{ order|attr('__class__') }}",
        "{{ order.name|center(1000000000) }}",
        "{{ order.lines|map('upper')|list }}",
        "{% filter upper %}x{% endfilter %}",
        "{% autoescape false %}{{ order.name }}{% endautoescape %}",
        "{{ order.name|safe }}",
        "{{ '%1000000000d'|format(1) }}",
        "{% do x %}",
        "{{ nothing }}",
        "{{ order.nothing.at.all }}",
        "{{ order.name",
        "{% if %}",
        "{{ " + "(" * 3_000 + "1" + ")" * 3_000 + " }}",
        "x" * (MAX_TEMPLATE + 1),
    ],
)
def test_what_could_harm_is_refused(hostile: str) -> None:
    """At once, with a sentence, and never by carrying it out."""
    with pytest.raises(WrongTemplate, match=r"\.$"):
        render(hostile, FACTS, is_html=True)


def test_a_mail_has_a_longest_length() -> None:
    """A long template that is repeated for each of many lines ends there."""
    facts = {"order": {"lines": [{"title": "x" * 250}] * 500}}
    body = "{% for line in order.lines %}" + "y" * 2_000 + "{% endfor %}"
    with pytest.raises(WrongTemplate, match=f"longer than {MAX_MAIL // 1024} kB"):
        render(body, facts, is_html=False)


@pytest.mark.parametrize("kind", MailKind)
@pytest.mark.parametrize("language", ["EN", "DE", "FR"])
def test_the_shop_s_own_templates_are_in_this_language(kind: MailKind, language: str) -> None:
    """So staff can begin with one of them, and nothing is filled in twice."""
    template = default_template(kind, language)
    for text in (template.subject, template.text, template.html):
        assert "[[" not in text
        assert len(text) < MAX_TEMPLATE // 8
    assert sample(kind, GB).order.email == "ada@example.com"
