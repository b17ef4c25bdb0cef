"""Random flows, built within the rules of a flow file: `when` looks back, and mentions only choices that are listed."""

from datetime import timedelta

from hypothesis import strategies as st

from bot.flow.model import Alert, Choice, Ending, Flow, Kind, Offer, Question, Severity, Timeout, When

WORD = "canary"  # what the word list of every random flow holds
_VALUES = ("a", "b", "c")
_CHOOSING = (Kind.CHOICE, Kind.CHOICES)
_ASKED = [kind for kind in Kind if kind is not Kind.LOOKUP]  # that one is no person's to answer


@st.composite
def _whens(draw: st.DrawFn, earlier: list[Question]) -> When:
    known = [q for q in earlier if q.kind in _CHOOSING]
    if not known:
        return {}
    asked = draw(st.lists(st.sampled_from(known), max_size=2, unique_by=lambda q: q.id))
    return {q.id: draw(st.frozensets(st.sampled_from(sorted(q.values)), min_size=1)) for q in asked}


@st.composite
def flows(draw: st.DrawFn, digest: str = "d1", *, ends: bool = True) -> Flow:
    """Give a flow of one to six questions, with up to three alerts, and with endings and offers where it `ends`."""
    questions: list[Question] = []
    for n in range(draw(st.integers(1, 6))):
        kind = draw(st.sampled_from(_ASKED))
        values = _VALUES[: draw(st.integers(2, 3))] if kind in _CHOOSING else ()
        questions.append(
            Question(
                id=f"q{n}",
                kind=kind,
                ask=f"Question {n}?",
                choices=tuple(Choice(v, f"Label {v}") for v in values),
                optional=draw(st.booleans()),
                when=draw(_whens(questions)),
                limit=40,
                ahead=kind is Kind.DATE and draw(st.booleans()),
            )
        )
    alerts = [
        Alert(
            draw(st.sampled_from(Severity)), draw(_whens(questions)), draw(st.sampled_from(["", "words"])), ("Said.",)
        )
        for _ in range(draw(st.integers(0, 3)))
    ]
    endings = [
        Ending(draw(_whens(questions)), ("That is all.",)) for _ in range(draw(st.integers(0, 2)) if ends else 0)
    ]
    offers = [Offer(name, draw(_whens(questions))) for name in draw(st.sets(st.sampled_from("xyz"), max_size=2))]
    return Flow(
        id="random",
        title="Random",
        audience=draw(st.sampled_from(["staff", "pupil"])),
        procedure="alert",
        questions=tuple(questions),
        timeout=Timeout(timedelta(minutes=10), draw(st.sampled_from(["send", "close"])), draw(st.booleans())),
        digest=digest,
        severity=draw(st.sampled_from([Severity.ROUTINE, Severity.HIGH])),
        alerts=tuple(a for a in alerts if a.when or a.mentions),
        check="Right?",
        send="Send",
        stop=draw(st.sampled_from(["send", "ask"])),
        thanks=("Thanks.",),
        endings=tuple(e for e in endings if e.when),
        offers=tuple(offers),
        mentions={"words": frozenset([WORD])},
    )


def _one(text: str) -> tuple[str, ...]:
    return (text,)


def _several(texts: list[str]) -> tuple[str, ...]:
    return tuple(texts)


def values(question: Question | None) -> st.SearchStrategy[tuple[str, ...]]:
    """Give answers to a question, most of them right."""
    rubbish = st.lists(st.text(st.characters(codec=None), max_size=30), max_size=2).map(_several)
    if question is None:
        return rubbish
    match question.kind:
        case Kind.CHOICE:
            right = st.sampled_from(sorted(question.values)).map(_one)
        case Kind.CHOICES:
            right = st.lists(st.sampled_from(sorted(question.values)), min_size=1).map(_several)
        case Kind.DATE:
            right = st.sampled_from(
                [("2026-11-20",), ("20 11 2026",), ("2026-11-24" if question.ahead else "2026-11-16",)]
            )
        case Kind.ADDRESS:
            right = st.sampled_from([("example.com",), ("https://example.com/a/",), (f"example.com/{WORD}",)])
        case _:
            right = st.sampled_from([("words",), (f"a {WORD} here",), ("other words",)])
    return st.one_of(right, right, right, rubbish)
