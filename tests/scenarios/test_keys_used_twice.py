"""Two events under one MsgId: each is done, and each person gets his own answer."""

import pytest
from kit.company import Company
from kit.invariants import assert_kept
from kit.letters import seal, typed
from sqlalchemy import func, select

from cards import texts
from core.leads.models import Ownership
from core.store.inbox import InboxRow


def post(company: Company, userid: str, text: str, message_id: int) -> str:
    """A typed message with this MsgId; the answer."""
    at = int(company.clock().timestamp())
    return seal(typed(userid, text, at, message_id), at).post(company.platform.callback_url).text or ""


def events(company: Company) -> int:
    """How many events were recorded."""
    with company.runtime.store.read() as session:
        return session.scalar(select(func.count()).select_from(InboxRow)) or 0


def test_another_sender_under_a_used_key_is_heard_and_gets_no_foreign_answer(company: Company) -> None:
    """Was: 「释放」 was swallowed, and its sender got the help that the other had asked for."""
    lead = company.lead(by="batu")
    helped = post(company, "zhangsan", "帮助", 79)
    released = post(company, "batu", f"释放 L{lead} 地址太远", 79)
    assert released != helped
    assert f"L{lead}" in released
    assert company.owner(lead) is None
    assert post(company, "zhangsan", "帮助", 79) == helped
    assert events(company) == 2


def test_other_words_of_the_same_person_under_a_used_key_are_done_once(company: Company) -> None:
    first, second = company.lead(by="batu"), company.lead(phone="13947100002", by="batu")
    answers = [post(company, "batu", f"释放 L{lead} 地址太远", 80) for lead in (first, second, first, second, second)]
    assert answers[0] == answers[2]
    assert answers[1] == answers[3] == answers[4]
    assert f"L{first}" in answers[0]
    assert f"L{second}" in answers[1]
    with company.runtime.store.read() as session:
        assert session.scalar(select(func.count()).where(Ownership.how == "release")) == 2
    assert events(company) == 2
    company.settle()
    assert_kept(company.runtime.store, company.platform.journal, company.ding)


def test_what_was_wiped_is_refused_again_under_its_key(company: Company) -> None:
    """Its content is gone, so nothing tells the repetition: it is refused anew, and kept as little."""
    answers = {post(company, "batu", "跟进 L1 卡号6222021234567890128", 81) for _ in range(4)}
    assert len(answers) == 1
    assert "银行卡号" in answers.pop()
    assert events(company) == 2


def test_an_event_under_its_own_key_that_died_is_finished(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    lead = company.lead(by="batu")
    post(company, "zhangsan", "帮助", 82)
    with monkeypatch.context() as broken:
        broken.setattr("bot.handlers.leads.release_lead", lambda *_: 1 / 0)
        assert "正在重试" in post(company, "batu", f"释放 L{lead} 地址太远", 82)
    assert company.owner(lead) is not None
    company.clock.go(seconds=4)
    company.runtime.sweeper.sweep()
    assert company.owner(lead) is None
    assert_kept(company.runtime.store, company.platform.journal, company.ding)


def test_another_event_is_not_told_to_wait_for_the_one_at_work(company: Company) -> None:
    """The first event's work holds the row for longer than a tap waits."""
    store = company.runtime.store
    if store.database.dialect == "sqlite":
        pytest.skip("SQLite has one writer: there nobody can record meanwhile")
    lead = company.lead(by="batu")
    post(company, "zhangsan", "帮助", 83)
    with store.database.write() as session:
        session.execute(select(InboxRow.key).with_for_update())
        released = post(company, "batu", f"释放 L{lead} 地址太远", 83)
        assert post(company, "zhangsan", "帮助", 83) == texts.BUSY
    assert f"L{lead}" in released
    assert company.owner(lead) is None
