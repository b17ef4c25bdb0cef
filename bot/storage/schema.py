"""The tables, as numbered migrations. Must not know what the sealed columns hold.

Plain columns are only what a query needs. `person`, `who` and `place` are blind indexes; `sealed`, `wrapped`,
`address`, `body` and `ref` of the outbox are ciphertext. Every row has its school. Moments are microseconds (times.py).
"""

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

migrations = Migrations("beacon")

_APPEND_ONLY = (
    "create trigger {table}_no_{verb} before {verb} on {table} begin select raise(abort, '{table} is append-only'); end"
)
# Rows of a case may go only once its key has been destroyed: see cases.erase.
_KEPT_WITH_ITS_CASE = """create trigger {table}_no_delete before delete on {table}
    when exists (select 1 from case_file where number = old.case_number and wrapped is not null)
    begin select raise(abort, '{table} is append-only'); end"""

_FIRST = (
    # Proves that the vault a store is opened with is the one it was written with.
    "create table school (school text primary key, proof blob not null) strict, without rowid",
    """create table member (
        number integer primary key, school text not null, id text not null, listed integer not null default 1,
        sealed blob not null, unique (school, id)) strict""",
    """create table identity (
        school text not null, who blob not null, member text not null, sealed blob not null,
        primary key (school, who), foreign key (school, member) references member (school, id))
        strict, without rowid""",
    "create index identity_member on identity (school, member)",
    """create table flow_version (
        school text not null, digest text not null, flow text not null, source blob not null,
        primary key (school, digest)) strict""",
    # A table with rowids, so that talks of the same hour lie on the same few pages: a turn rewrites one page.
    """create table talk (
        number integer primary key, school text not null, id text not null, who blob not null, open integer not null,
        saved_at integer not null, sealed blob not null, unique (school, id)) strict""",
    "create unique index talk_open on talk (school, who) where open",
    # No index on `at`: old rows are looked for once a day, and it would cost every turn a page.
    """create table inbox (
        school text not null, event blob not null, at integer not null, talk text not null,
        primary key (school, event)) strict, without rowid""",
    """create table case_file (
        number integer primary key, school text not null, id text not null, ref text not null, status text not null,
        severity integer not null, rev integer not null, reported_at integer not null,
        reporter blob not null, wrapped blob, sealed blob, unique (school, id), unique (school, ref)) strict""",
    "create index case_open on case_file (school, severity desc, reported_at) where status != 'closed'",
    "create index case_reporter on case_file (school, reporter)",
    """create table case_told (
        school text not null, person blob not null, case_number integer not null references case_file (number),
        primary key (school, person, case_number)) strict, without rowid""",
    "create index case_told_case on case_told (case_number)",
    """create table case_revision (
        school text not null, case_number integer not null references case_file (number), number integer not null,
        at integer not null, sealed blob not null, primary key (case_number, number)) strict""",
    """create table action (
        school text not null, case_number integer not null references case_file (number), number integer not null,
        at integer not null, sealed blob not null, primary key (case_number, number)) strict""",
    _APPEND_ONLY.format(table="case_revision", verb="update"),
    _APPEND_ONLY.format(table="action", verb="update"),
    _KEPT_WITH_ITS_CASE.format(table="case_revision"),
    _KEPT_WITH_ITS_CASE.format(table="action"),
    """create table timer (
        school text not null, subject text not null, kind text not null, level integer not null, due integer not null,
        rank integer not null, primary key (school, subject, kind, level)) strict, without rowid""",
    "create index timer_due on timer (school, due)",
    # `due` is empty when nothing is to be done; `lease` is the moment until which a worker has the row to itself.
    """create table outbox (
        number integer primary key, school text not null, place blob not null, kind text not null,
        subject text not null, want_rev integer not null, sent_rev integer not null default -1, rank integer not null,
        wanted_at integer not null, due integer, lease integer not null default 0, attempts integer not null default 0,
        error text not null default '', dead integer not null default 0, first_sent integer,
        address blob not null, ref blob, body blob, unique (school, place, kind, subject)) strict""",
    "create index outbox_due on outbox (school, due) where due is not null",
    "create index outbox_subject on outbox (school, subject)",
    """create table audit (
        school text not null, seq integer not null, at integer not null, kind text not null, subject text not null,
        person blob not null, detail blob not null, mac blob not null, primary key (school, seq))
        strict, without rowid""",
    _APPEND_ONLY.format(table="audit", verb="update"),
    _APPEND_ONLY.format(table="audit", verb="delete"),
    """create table web_post (
        number integer primary key, school text not null, place blob not null, key blob not null, rev integer not null,
        change integer not null, at integer not null, sealed blob not null, unique (school, place, key)) strict""",
    "create unique index web_post_change on web_post (school, place, change)",
)


@migrations(name="0001_first")
def first(db: Database) -> None:
    """Make every table of the first version."""
    for statement in _FIRST:
        db.execute(statement)


_POLICIES = (
    # Every version of every policy, as it was added. In force is the one of its name that was not retired.
    """create table policy (
        number integer primary key, school text not null, name text not null, version integer not null,
        title text not null, digest text not null, dated text not null, review_due text, file text not null,
        added_at integer not null, retired_at integer, unique (school, name, version)) strict""",
    "create unique index policy_in_force on policy (school, name) where retired_at is null",
    """create table passage (
        school text not null, policy_number integer not null references policy (number), number integer not null,
        text text not null, headings text not null, section text not null, lead_in text not null,
        primary key (policy_number, number)) strict, without rowid""",
    _APPEND_ONLY.format(table="policy", verb="delete"),
    _APPEND_ONLY.format(table="passage", verb="update"),
    _APPEND_ONLY.format(table="passage", verb="delete"),
)


@migrations(name="0002_policies")
def policies(db: Database) -> None:
    """Make the tables of the school's policies."""
    for statement in _POLICIES:
        db.execute(statement)


@migrations(name="0003_questions")
def questions(db: Database) -> None:
    """Make the table of the questions that the policies did not answer; it says nothing of who asked."""
    db.execute(
        """create table question (
            school text not null, question blob not null, unanswered integer not null, unhelpful integer not null,
            at integer not null, sealed blob not null, primary key (school, question)) strict, without rowid"""
    )


@migrations(name="0004_references")
def references(db: Database) -> None:
    """Make the table of what platforms told us that we need to reach them again."""
    db.execute(
        """create table reference (
            school text not null, surface text not null, kind text not null, key blob not null, at integer not null,
            sealed blob not null, primary key (school, surface, kind, key)) strict, without rowid"""
    )


VERSION = 4  # how many migrations there are; kept as the file's user_version
