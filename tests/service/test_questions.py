"""What the policies' owner learns of the questions they did not answer, and what nobody learns."""

from bot.prompt import Prompt
from bot.service.timekeeping import begin
from bot.storage import questions
from tests.school import School

PARROT = "May I bring my parrot to assembly?"


def ask(school: School, text: str, *answers: str) -> None:
    prompt = school.type("oyelaran", text)
    for value in answers:
        assert isinstance(prompt, Prompt), prompt
        prompt = school.answer("oyelaran", prompt, value)


def counts(school: School) -> list[tuple[str, int, int]]:
    return [(q.text, q.unanswered, q.unhelpful) for q in school.read(questions.listed)]


def test_a_question_nobody_could_answer_is_counted_without_its_asker(school: School) -> None:
    ask(school, PARROT, "nobody")
    ask(school, PARROT.lower().replace(" ", "  "), "person", "")
    assert counts(school) == [(PARROT, 2, 0)]
    columns = [row[1] for row in school.read(lambda tx: tx.execute("pragma table_info(question)").fetchall())]
    assert columns == ["school", "question", "unanswered", "unhelpful", "at", "sealed"]


def test_a_clause_that_did_not_help_is_counted_and_one_that_did_is_not(school: School) -> None:
    ask(school, "can i use my phone in class?", "yes")
    assert counts(school) == []
    ask(school, "can i use my phone in class?", "it", "")
    assert counts(school) == [("can i use my phone in class?", 0, 1)]


def test_a_question_is_forgotten_after_thirty_days_of_school(school: School) -> None:
    school.run(lambda tx: begin(tx, school.beacon.office, school.clock.now()))  # the daily round
    ask(school, PARROT, "nobody")
    school.later(days=20)
    assert len(counts(school)) == 1
    school.later(days=40)  # over the holidays, when nothing is cleared away
    assert counts(school) == []
