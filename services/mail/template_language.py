"""The language of templates: a small part of Jinja, so that a template can do no harm, whoever wrote it.

It shows values, chooses and repeats. It calls nothing, assigns nothing and repeats nothing inside a repetition, so that
the time and the length of a mail are bounded by those of its template and its order.
"""

from functools import lru_cache
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

MAX_TEMPLATE = 64 * 1024
MAX_MAIL = 512 * 1024
_FILTERS = frozenset({"capitalize", "default", "first", "join", "last", "length", "lower", "title", "trim", "upper"})
_ALLOWED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Const),
    *(nodes.For, nodes.If, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Filter),
)


class WrongTemplate(ValueError):
    """The text is no template, or shows what the mail does not have. The message names the line and the rule."""


def render(text: str, facts: dict[str, Any], *, is_html: bool) -> str:
    """The text with its values, which are escaped in HTML. Raises `WrongTemplate`."""
    template = _compiled(text, is_html)
    parts: list[str] = []
    size = 0
    try:
        for part in template.generate(facts):
            parts.append(part)
            size += len(part)
            if size > MAX_MAIL:
                raise WrongTemplate(f"The mail is longer than {MAX_MAIL // 1024} kB.")
    except (jinja2.TemplateError, TypeError, ArithmeticError, LookupError) as error:
        raise WrongTemplate(_sentence(str(error))) from error
    return "".join(parts)


@lru_cache(256)
def _compiled(text: str, is_html: bool) -> jinja2.Template:
    if len(text) > MAX_TEMPLATE:
        raise WrongTemplate(f"A template must have at most {MAX_TEMPLATE // 1024} kB.")
    environment = _HTML if is_html else _TEXT
    try:
        _check(environment.parse(text), in_loop=False)
        return environment.from_string(text)
    except jinja2.TemplateSyntaxError as error:
        raise WrongTemplate(_sentence(f"Line {error.lineno}: {error.message}")) from error
    except RecursionError as error:
        raise WrongTemplate("The template is nested too deep.") from error


def _check(node: nodes.Node, *, in_loop: bool) -> None:
    if not isinstance(node, _ALLOWED):
        raise WrongTemplate(f"Line {node.lineno}: templates have no {type(node).__name__.lower()}.")
    if isinstance(node, nodes.Filter) and (node.name not in _FILTERS or node.args or node.kwargs):
        bare = "without arguments" if node.name in _FILTERS else f"only {', '.join(sorted(_FILTERS))}"
        if not (node.name in ("default", "join") and len(node.args) == 1 and not node.kwargs):
            raise WrongTemplate(f"Line {node.lineno}: filter {node.name!r} is not allowed; {bare}.")
    if isinstance(node, nodes.Name) and node.name == "self":
        raise WrongTemplate(f"Line {node.lineno}: templates have no `self`.")
    if isinstance(node, nodes.For):
        if in_loop or node.recursive:
            raise WrongTemplate(f"Line {node.lineno}: a repetition may not be inside another one.")
        in_loop = True
    for child in node.iter_child_nodes():
        _check(child, in_loop=in_loop)


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _environment(*, is_html: bool) -> jinja2.Environment:
    environment = ImmutableSandboxedEnvironment(
        autoescape=is_html,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        cache_size=0,
    )
    environment.globals.clear()
    return environment


_HTML, _TEXT = _environment(is_html=True), _environment(is_html=False)
