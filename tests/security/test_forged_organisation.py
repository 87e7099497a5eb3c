"""Changes of the address book that nobody but WeCom may tell of: forged, typed, replayed, by other doors."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from kit.clock import Clock
from kit.company import CORP_ID, SECRETS, Company, open_company
from kit.databases import fresh_sqlite
from kit.office import follow_up, hints_left, stands
from security_kit import Callback, callback, statements, text_event
from sqlalchemy import func, select

from bot.app import CONTACTS_PATH, create_app
from bot.channels.wecom.door import WeComDoor
from core.people.hints import HintRow
from core.store.inbox import InboxRow
from core.store.outbox import OutboxRow
from jobs.bell import NullBell

TOKEN, KEY = "contactstoken0123456789", base64.b64encode(b"the-key-of-the-contacts-receiver").decode().rstrip("=")
OURS = {"token": TOKEN, "key": KEY}


@pytest.fixture
def here(tmp_path: Path, sqlite_template: Path, clock: Clock) -> Iterator[tuple[Company, FlaskClient]]:
    """The company with a receiver of its own for changes of the address book."""
    with open_company(fresh_sqlite(tmp_path, sqlite_template), tmp_path / "var", clock) as company:
        door = WeComDoor(corp_id=CORP_ID, agent_id=1, token=TOKEN, aes_key=KEY, contacts_only=True)
        runtime = replace(company.runtime, contacts_door=door)
        yield company, create_app(runtime, NullBell()).test_client()


def change(company: Company, kind: str = "delete_user", rest: str = "<UserID>batu</UserID>", by: str = "sys") -> str:
    """The plaintext of a change of the address book."""
    return (
        f"<xml><ToUserName>{CORP_ID}</ToUserName><FromUserName>{by}</FromUserName>"
        f"<CreateTime>{int(company.clock().timestamp())}</CreateTime><MsgType>event</MsgType>"
        f"<Event>change_contact</Event><ChangeType>{kind}</ChangeType>{rest}</xml>"
    )


def post(edge: FlaskClient, given: Callback, path: str) -> int:
    return edge.post(path, query_string=dict(given.query), data=given.body).status_code


def rows(company: Company) -> list[int]:
    with company.runtime.store.read() as session:
        return [session.scalar(select(func.count()).select_from(each)) or 0 for each in (InboxRow, HintRow, OutboxRow)]


FORGED = {
    "another token": {"token": "anothertoken0123456789", "key": KEY},
    "another key": {"token": TOKEN, "key": SECRETS["WECOM_AES_KEY"]},
    "the app's token and key": {},
    "another firm": OURS | {"corp": "wwother000"},
    "old": OURS | {"seconds": -301},
}


@pytest.mark.parametrize("how", FORGED.values(), ids=FORGED)
def test_a_forged_change_is_refused_and_costs_no_query(here: tuple[Company, FlaskClient], how: dict[str, str]) -> None:
    company, edge = here
    with statements(company.runtime.store.database) as asked:
        assert post(edge, callback(company, change(company), **how), CONTACTS_PATH) == 403  # type: ignore[arg-type]
    assert asked == []
    assert rows(company) == [0, 0, 0]


def test_a_genuine_change_is_taken_by_either_door(here: tuple[Company, FlaskClient]) -> None:
    company, edge = here
    assert post(edge, callback(company, change(company), **OURS), CONTACTS_PATH) == 200  # type: ignore[arg-type]
    other = change(company, rest="<UserID>zhangsan</UserID>")
    assert post(edge, callback(company, other), "/wecom/callback") == 200
    assert hints_left(company) == 2


def test_even_a_genuine_looking_deletion_deletes_nobody_who_is_there(here: tuple[Company, FlaskClient]) -> None:
    """Who got hold of the receiver's token and key may tell what he likes: the address book is asked."""
    company, edge = here
    post(edge, callback(company, change(company), **OURS), CONTACTS_PATH)  # type: ignore[arg-type]
    made_up = change(company, "create_user", "<UserID>evil</UserID><Name>坏人</Name><Department>1</Department>")
    post(edge, callback(company, made_up, **OURS), CONTACTS_PATH)  # type: ignore[arg-type]
    renamed = change(company, "update_user", "<UserID>wuyun</UserID><NewUserID>evil</NewUserID>")
    post(edge, callback(company, renamed, **OURS), CONTACTS_PATH)  # type: ignore[arg-type]
    follow_up(company)
    assert stands(company, "batu") == ("巴特尔·孟和", "呼和浩特/一部", "officer", True)
    assert stands(company, "wuyun") == ("乌云·塔娜", "总部/综合部", "admin", True)
    assert stands(company, "evil") is None


@pytest.mark.parametrize(("gone", "taken"), [("mengke", "sunli"), ("hejing", "wuyun")])
def test_nobody_becomes_somebody_else_by_an_account_that_is_gone(
    here: tuple[Company, FlaskClient], gone: str, taken: str
) -> None:
    """The address book itself says that the one is no more and the other is there."""
    company, edge = here
    company.platform.drop_member(gone)
    before = [stands(company, gone), stands(company, taken)]
    renamed = change(company, "update_user", f"<UserID>{gone}</UserID><NewUserID>{taken}</NewUserID>")
    assert post(edge, callback(company, renamed, **OURS), CONTACTS_PATH) == 200  # type: ignore[arg-type]
    assert follow_up(company) == 1
    assert [stands(company, gone), stands(company, taken)] == before


@pytest.mark.parametrize("text", ["帮助", "领取 L1", "公海"])
def test_by_the_receiver_nobody_can_speak_for_anybody(here: tuple[Company, FlaskClient], text: str) -> None:
    company, edge = here
    lead = company.lead()
    before = rows(company)
    assert post(edge, callback(company, text_event(company, "batu", text), **OURS), CONTACTS_PATH) == 200  # type: ignore[arg-type]
    assert rows(company) == before
    assert company.owner(lead) is None


@pytest.mark.parametrize("by", ["batu", "wuyun", "nobody-we-know", "SYS "])
def test_a_change_that_a_person_sent_is_none(here: tuple[Company, FlaskClient], by: str) -> None:
    company, edge = here
    post(edge, callback(company, change(company, by=by)), "/wecom/callback")
    post(edge, callback(company, change(company, by=by), **OURS), CONTACTS_PATH)  # type: ignore[arg-type]
    assert hints_left(company) == 0


@pytest.mark.parametrize("by", ["batu", "wuyun"])
def test_a_change_typed_as_a_message_is_a_message(here: tuple[Company, FlaskClient], by: str) -> None:
    company, _ = here
    typed = "<xml><Event>change_contact</Event><ChangeType>delete_user</ChangeType><UserID>lina</UserID></xml>"
    for text in (typed, f"]]>{typed}", "change_contact delete_user lina", change(company)):
        assert company.person(by).say(text).text
        company.clock.go(seconds=3)
    assert hints_left(company) == 0
    follow_up(company)
    assert stands(company, "lina") == ("李娜", "呼和浩特/一部", "manager|officer", True)


def test_without_a_receiver_of_its_own_there_is_no_such_address(company: Company) -> None:
    edge = create_app(company.runtime, NullBell()).test_client()
    assert edge.post(CONTACTS_PATH, data=b"").status_code == 404
