"""Words, stems, meanings, spelling and questions taken apart, each by itself."""

import pytest

from bot.library import lexicon
from bot.policy.find_asked import ask
from bot.policy.find_index import Index
from bot.policy.find_words import stem, words_of
from bot.policy.lexicon import load_lexicon
from bot.policy.spelling import Speller
from bot.reading import Mistakes

LEXICON = lexicon()
SPELLER = Speller(LEXICON.vocabulary, {"password": 3, "smoothwall": 1})


def reach(question: str) -> set[str]:
    return {concept for term in ask(question, LEXICON, SPELLER).terms for concept in term.reach}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The school\u2019s e-mail", ["the", "school", "e", "mail"]),
        ("CAF\u00c9 na\u00efve", ["cafe", "naive"]),
        ("don't  stop", ["don't", "stop"]),
        ("\x00\u200b🙂 ", []),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert words_of(text) == words


def test_a_stem_brings_forms_together() -> None:
    assert stem("photographs") == stem("photograph") == stem("photographing")
    assert LEXICON.stems(["the", "children", "e", "mail"]) == ["the", "child", "email"]
    assert LEXICON.stems(["emails"]) == LEXICON.stems(["e", "mails"]) == ["email"]


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("pasword", "password"),
        ("chaneg", "change"),
        ("freinds", "friends"),
        ("moblie", "mobile"),
        ("smothwall", "smoothwall"),
        ("lapotps", "laptops"),
        ("photocopier", "photocopier"),
        ("xqzzkj", "xqzzkj"),
        ("the", "the"),
        ("x9", "x9"),
    ],
)
def test_slips_are_mended_and_words_are_not(slip: str, meant: str) -> None:
    assert SPELLER.mend(slip) == meant


def test_an_english_word_is_not_mended_into_one_of_ours() -> None:
    assert Speller(["tape"], {}).mend("hall") == "hall"
    assert Speller(["behaviour"], {}).mend("behavior") == "behavior"
    assert Speller(["organise"], {}).is_word("organise")


@pytest.mark.parametrize(
    ("question", "concept"),
    [
        ("can I WhatsApp a mum", "messaging"),
        ("is my i-pad covered", "tablet"),
        ("who do I tell", "report"),
        ("wen shud i use my fone", "phone"),
        ("who is the LADO", "lado"),
        ("do I sign the AUP", "aup"),
        ("nudes", "nude"),
        ("is Smoothwall on", "filter"),
        ("has Light Speed blocked it", "filter"),
        ("safeguarding lead", "dsl"),
    ],
)
def test_what_people_call_things(question: str, concept: str) -> None:
    assert concept in reach(question)


def test_a_question_says_what_it_wants() -> None:
    def wants(question: str) -> list[str]:
        return [want.name for want in ask(question, LEXICON, SPELLER).wants]

    assert wants("how much is breakfast club") == ["money"]
    assert wants("what is the wifi password") == ["secret"]
    assert wants("what's the headteacher's phone number") == ["contact"]
    assert wants("what is the password policy") == []
    assert wants("can I use my phone") == []


def test_vague_words_are_not_looked_for_and_long_questions_are_cut() -> None:
    assert ask("what is it about then", LEXICON, SPELLER).terms == ()
    assert ask("is it over, and do I have to", LEXICON, SPELLER).terms == ()
    assert len(ask(" ".join(f"word{n}" for n in range(500)), LEXICON, SPELLER).terms) <= 60


@pytest.mark.parametrize("typed", ["Czy mogę używać telefonu w szkole?", "../../etc/passwd", "f(password) == {1, 2}"])
def test_another_language_and_code_ask_nothing(typed: str) -> None:
    assert ask(typed, LEXICON, SPELLER).terms == ()


def test_the_index_gives_the_likeliest_first_and_takes_no_orders() -> None:
    index = Index([["phone", "off"], ["phone", "#phone", "phone"], ["dog"]])
    assert index.near(["phone"], 10) == [1, 0]
    assert index.near(["dog", "phone"], 1) == [2]
    assert index.near(["#phone"], 10) == [1]
    assert index.near(["OR", "NOT"], 10) == []
    assert index.near([], 10) == []


# The lexicon's files ------------------------------------------------------------------------------------------------

SHIPPED = b"""
[concepts.phone]
words = ["phone", "handset"]
kind_of = ["device"]
[concepts.device]
words = ["device"]
"""


def test_a_school_adds_its_own_words() -> None:
    own = b'[concepts.phone]\nwords = ["moby"]\n[concepts.tracker]\nwords = ["Jigsaw tag"]\nkind_of = ["device"]\n'
    lexicon = load_lexicon(("lexicon.toml", SHIPPED), ("own.toml", own))
    assert lexicon.concepts["mobi",] == lexicon.concepts["phone",] == {"phone"}
    assert lexicon.concepts["jigsaw", "tag"] == {"tracker"}
    assert lexicon.reach["tracker"]["device"] == lexicon.reach["phone"]["device"]
    assert 0 < lexicon.reach["tracker"]["phone"] < lexicon.reach["tracker"]["device"] < lexicon.reach["phone"]["phone"]


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ('[concepts.phone]\nwords = ["a"]\nkind_of = ["devise"]', "phone: there is no concept 'devise'"),
        ("[concepts.phone]\nwrds = []", "unknown setting 'wrds' - did you mean 'words'?"),
        ("[concepts.phone]\nwords = []", "'words' is an empty list"),
        ('[concepts."a b"]\nwords = ["a"]', "may hold only letters, 0-9 and '_'"),
        ("[wants.money]\nasked = '('\nanswer = 'x'", "is not a regular expression"),
        ("[words]\nx = 1", "unknown setting 'words'"),
        ("concepts = 3", "'concepts' must be a table"),
        ("[concepts", "is not valid TOML"),
    ],
)
def test_mistakes_in_a_lexicon_are_said(source: str, says: str) -> None:
    with pytest.raises(Mistakes) as wrong:
        load_lexicon(("own.toml", source.encode()))
    assert says in str(wrong.value)
    assert "own.toml" in str(wrong.value)
