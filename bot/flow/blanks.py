"""The blanks of a flow's lines: which there are, and what is wrong with a line. Pure; must not know what fills them."""

from collections.abc import Iterable, Iterator, Sequence

from jinja2 import Environment, TemplateSyntaxError, nodes

from bot.reading import meant

_TELLING = ("tell", "tell_place", "tell_phone", "next", "next_phone", "recipients", "alone", "deadline")
_NUMBERS = ("lado", "mash", "out_of_hours")
_SCHOOL = ("school", "senior_team", "filter")
STANDING = (*_SCHOOL, *_NUMBERS)  # the same whatever was answered: all that a talk can still say once it has ended
BLANKS = (*STANDING, *_TELLING)
AFTER_SENDING = (*BLANKS, "reference")  # before that a report has no reference

_JINJA = Environment(autoescape=False)  # noqa: S701 - it only parses here, and never fills a line


def mistake_in(line: str, known: Sequence[str]) -> str:
    """Give what is wrong with the blanks of a line, or "".

    Of Jinja2 only `{{ name }}` and `{% if name %} ... {% endif %}` may stand there. The syntax tree is walked, where
    `jinja2.meta` would only list the names, and would work out `{{ 9 ** 9 ** 9 }}` on the way.
    """
    try:
        return next(_mistakes(_JINJA.parse(line).body, known), "")
    except (TemplateSyntaxError, ValueError, RecursionError):  # ValueError: a number of 5,000 digits
        return "its blanks cannot be read; write each as {{ name }}"


def _mistakes(parts: Iterable[nodes.Node], known: Sequence[str]) -> Iterator[str]:
    for part in parts:
        match part:
            case nodes.Output():
                yield from _mistakes(part.nodes, known)
            case nodes.If(test=nodes.Name()):
                yield from _mistakes((part.test, *part.body, *part.elif_, *part.else_), known)
            case nodes.Name(name=name) if name not in known:
                yield f"there is no blank {name!r} here{meant(name, known)}"
            case nodes.TemplateData(data=said) if "{" in said or "}" in said:
                yield "holds a stray curly bracket; write a blank as {{ name }}"
            case nodes.Name() | nodes.TemplateData():
                pass
            case _:
                yield "only {{ name }} and {% if name %} ... {% endif %} may stand in a line"
