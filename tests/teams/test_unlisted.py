"""People of the tenant who are not on the list, guests of it, and people of others: who may tell something in Teams."""

from dataclasses import replace
from typing import Any

import pytest

from adapters.teams.vouching import is_guest
from bot.files import shipped
from bot.people import Account
from bot.reading import Mistakes
from bot.school.settings_file import load_school
from bot.storage import references
from bot.storage.joining import Source, keep
from tests.teams.campus import DSL_CHANNEL, Campus, action, chat, person, said, titles
from tests.teams.microsoft import TENANT, Fault

WHO = "u-new"
PUPIL, STAFF = "I am a pupil at this school", "I work here or help here"
GUEST = {"id": f"29:{WHO}", "userRole": "guest", "userPrincipalName": "sam_home.example#EXT#@school.example"}
Json = dict[str, Any]


@pytest.fixture(autouse=True)
def has_the_app(campus: Campus) -> None:
    campus.teams.chats[person(WHO)] = chat(WHO)


def asked(campus: Campus) -> int:
    """Give how often Teams was asked who somebody is."""
    return sum("/members/" in path for _, path, _ in campus.teams.journal)


def press(campus: Campus, title: str, **filled: str) -> Json:
    card: Json = campus.button(WHO, campus.last(WHO), title, **filled)["value"]
    return card


def tell(campus: Campus) -> None:
    """Tell a worry from the first card to the last."""
    campus.install(WHO)
    for title in (PUPIL, "No, I can wait", "Just come and find me", "Send"):
        press(campus, title)
    campus.settle()


# Of the tenant, and on no list ----------------------------------------------------------------------------------------


def test_they_are_asked_what_they_are_with_a_picture_before_the_words(campus: Campus) -> None:
    campus.install(WHO)
    card = campus.last(WHO)
    assert titles(card) == [f"🧒 {PUPIL}", f"🧑‍🏫 {STAFF}"]
    assert "Who are you?" in said(card)
    campus.write(WHO, "my dad is angry")
    assert titles(campus.last(WHO)) == titles(card), "words are no dead end"


def test_a_child_tells_a_worry_with_pictures_and_hears_who_has_it(campus: Campus) -> None:
    campus.install_team()
    campus.install(WHO)
    card = press(campus, PUPIL)
    assert "✅ Yes, now" in titles(card)
    for title in ("No, I can wait", "Just come and find me", "Send"):
        card = press(campus, title)
    assert "Thank you for telling" in said(card)
    campus.settle()
    alert = campus.cards(DSL_CHANNEL)[0]
    assert "Told by somebody who is not on the school's list" in said(alert)
    assert "A Name" not in said(alert)
    opened = campus.submit_open("okafor", campus.case().ref)
    assert "A Name" in said(opened), "what Teams calls them is shown where a report is opened"
    campus.execute("okafor", campus.id_of(alert), action(alert, "I'm taking this now"), DSL_CHANNEL)
    campus.settle()
    assert "Mrs Amara Okafor has your message." in said(campus.last(WHO))


def test_who_says_that_they_work_here_reports_a_concern_without_pictures(campus: Campus) -> None:
    campus.install(WHO)
    card = press(campus, STAFF)
    assert "Who is this about?" in said(card)
    assert all(title.isascii() for title in titles(card))


def test_the_whole_of_it_by_typing(campus: Campus) -> None:
    campus.write(WHO, "i am a pupil at this school")
    for words in ("no, i can wait", "just come and find me", "send"):
        campus.write(WHO, words)
    campus.settle()
    assert campus.case().unlisted == "pupil"


def test_it_goes_on_after_a_restart(campus: Campus) -> None:
    campus.install(WHO)
    press(campus, PUPIL)
    campus.sweep()
    assert "Yes, now" in " ".join(titles(campus.last(WHO))), "it is under way, and hangs on"
    campus.reopen()
    assert "How would you like to tell us?" in said(press(campus, "No, I can wait"))
    press(campus, "Stop")
    campus.reopen()
    campus.settle()
    campus.sweep()
    assert campus.case().halted == "stopped"


def test_teams_is_asked_once_who_they_are_and_never_about_the_listed(campus: Campus) -> None:
    campus.install("oyelaran")
    campus.write("oyelaran", "home")
    assert asked(campus) == 0
    tell(campus)
    campus.reopen()
    campus.write(WHO, "hello")
    assert asked(campus) == 1


def test_a_copied_card_opens_nothing_to_them(campus: Campus) -> None:
    campus.install_team()
    tell(campus)
    ref = campus.case().ref
    assert "nothing here" in said(campus.submit_open(WHO, ref)).lower()
    alert = campus.cards(DSL_CHANNEL)[0]
    answer = campus.execute(WHO, campus.id_of(alert), action(alert, "I'm taking this now"))
    assert "nothing here" in answer["value"]
    in_channel = campus.execute(WHO, campus.id_of(alert), action(alert, "I'm taking this now"), DSL_CHANNEL)
    assert "do not know you" in in_channel["value"]
    assert campus.case().status == "open"


def test_a_school_may_refuse_them(campus: Campus) -> None:
    campus.book = replace(
        campus.book, school=replace(campus.book.school, teams=replace(campus.book.school.teams, unlisted=False))
    )
    campus.reopen()
    campus.install(WHO)
    assert "do not know you" in said(campus.last(WHO))
    assert titles(campus.last(WHO)) == []
    campus.write(WHO, "help")
    assert campus.cases() == ()


# Guests ---------------------------------------------------------------------------------------------------------------

RECORDS: dict[str, tuple[Json, bool | None]] = {
    "a member": ({"userRole": "user", "userPrincipalName": "a@school.example", "tenantId": TENANT}, False),
    "a guest by role": ({"userRole": "guest"}, True),
    "a guest by name": ({"userRole": "user", "userPrincipalName": "a_home.example#EXT#@school.example"}, True),
    "a guest in other letters": ({"userRole": "Guest", "userPrincipalName": "a#ext#@school.example"}, True),
    "somebody in a meeting": ({"userRole": "anonymous"}, True),
    "of another tenant": ({"userRole": "user", "tenantId": "0" * 8}, True),
    "nothing said": ({"userRole": None, "userPrincipalName": None, "tenantId": None}, None),
    "only the tenant": ({"tenantId": TENANT.upper()}, None),
    "nonsense": ({"userRole": 7, "userPrincipalName": ["x"]}, None),
}


@pytest.mark.parametrize("name", RECORDS)
def test_what_teams_tells_of_somebody(name: str) -> None:
    record, guest = RECORDS[name]
    assert is_guest(record, TENANT) is guest


def test_a_guest_is_refused_kindly_and_told_whom_to_tell(campus: Campus) -> None:
    campus.teams.people[f"29:{WHO}"] = GUEST
    campus.install(WHO)
    card = campus.last(WHO)
    assert "tell a safeguarding lead in person, or ring 999" in said(card)
    assert titles(card) == []
    for words in ("help", "my dad hits me", "home"):
        campus.write(WHO, words)
        assert "tell a safeguarding lead in person" in said(campus.last(WHO))
    forged = {
        "type": "Action.Execute",
        "verb": "beacon",
        "associatedInputs": "none",
        "data": {"token": "start.worry.0."},
    }
    assert "do not know you" in said(campus.execute(WHO, "x", forged)["value"])
    assert campus.cases() == ()
    assert asked(campus) == 1


def test_a_guest_who_is_on_the_list_is_somebody_like_all_others(campus: Campus) -> None:
    campus.teams.people["29:fairbairn"] = GUEST
    campus.install("fairbairn")
    assert "Report a concern" in titles(campus.last("fairbairn"))
    assert asked(campus) == 0


def test_what_the_directory_says_comes_first(campus: Campus) -> None:
    now = campus.clock.now()
    campus.run(lambda tx: keep(tx, Source("teams", TENANT), [Account(person(WHO), "Sam", (), guest=True)], now))
    campus.install(WHO)
    assert titles(campus.last(WHO)) == []
    campus.run(lambda tx: keep(tx, Source("teams", TENANT), [Account(person(WHO), "Sam", ())], now))
    campus.write(WHO, "home")
    assert len(titles(campus.last(WHO))) == 2
    assert asked(campus) == 0


@pytest.mark.parametrize("fault", ["503", "429", "html", "BotNotInConversationRoster"])
def test_when_teams_cannot_say_they_are_heard_and_it_is_asked_again(campus: Campus, fault: str) -> None:
    campus.teams.people[f"29:{WHO}"] = GUEST
    campus.teams.faults.append(Fault(fault, f"/v3/conversations/{chat(WHO)}/members"))
    campus.write(WHO, "i am a pupil at this school")
    assert "Yes, now" in " ".join(titles(campus.last(WHO)))
    assert not campus.read(lambda tx: references.get(tx, "teams", "standing", person(WHO)))
    campus.write(WHO, "no, i can wait")
    assert "do not know you" in said(campus.last(WHO)), "and by now it is known"


def test_a_record_that_says_nothing_lets_them_tell(campus: Campus) -> None:
    campus.teams.people[f"29:{WHO}"] = {"id": f"29:{WHO}"}
    campus.install(WHO)
    assert len(titles(campus.last(WHO))) == 2
    campus.write(WHO, "home")
    assert asked(campus) == 2


# Other tenants --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["adaptiveCard/action", "task/fetch", "task/submit"])
@pytest.mark.parametrize("where", ["from", "conversation"])
def test_somebody_of_another_tenant_is_told_whom_to_tell_and_nothing_else_happens(
    campus: Campus, name: str, where: str
) -> None:
    data = {"token": "start.worry.0."}
    body = campus.activity(WHO, "invoke", name=name, value={"data": data, "action": {"data": data}})
    body[where] = {**body[where], "tenantId": "00000000-0000-4000-8000-000000000000"}
    answer = campus.post(body)
    assert answer.status_code == 200
    assert "tell somebody at the school in person" in answer.text
    assert campus.teams.journal == []
    assert campus.post({**body, "channelId": "webchat"}).status_code == 403


# The list changes -----------------------------------------------------------------------------------------------------


def test_who_is_taken_off_the_list_mid_talk_goes_on(campus: Campus) -> None:
    campus.install("p-aisha")
    shown = campus.button("p-aisha", campus.last("p-aisha"), "Tell us a worry")["value"]
    campus.leave("p-aisha")
    shown = campus.button("p-aisha", campus.last("p-aisha"), "No, I can wait")["value"]
    assert "How would you like to tell us?" in said(shown)
    assert "✏️ Write it" in titles(shown)
    campus.button("p-aisha", campus.last("p-aisha"), "Just come and find me")
    campus.button("p-aisha", campus.last("p-aisha"), "Send")
    assert campus.case().unlisted == "pupil"
    assert campus.case().reporter == "p-aisha"


# The setting ----------------------------------------------------------------------------------------------------------


def settings(line: str) -> bytes:
    """Give the shipped settings with a line added below [teams]."""
    source = (shipped("content") / "schools" / "example.toml").read_bytes()
    assert source.count(b"\n[teams]\n") == 1
    return source.replace(b"\n[teams]\n", b"\n[teams]\n" + line.encode() + b"\n")


@pytest.mark.parametrize(("line", "told"), [("", True), ("unlisted = true", True), ("unlisted = false", False)])
def test_they_may_unless_a_school_says_otherwise(line: str, told: bool) -> None:
    assert load_school("example.toml", settings(line)).teams.unlisted is told


def test_a_setting_that_is_neither_is_a_mistake() -> None:
    with pytest.raises(Mistakes, match="unlisted"):
        load_school("example.toml", settings('unlisted = "no"'))
