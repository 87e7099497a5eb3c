"""Several answers to one question at one instant: it is answered once."""

from kit.barriers import at_once
from kit.company import Company
from kit.invariants import assert_kept
from sqlalchemy import event, func, select

from bot.inbound import Envelope, Text
from core.leads.models import FollowUp, Ownership

ANSWERS = 6


def answer_at_once(company: Company, words: str, round_: int) -> list[str]:
    """So many messages of batu behind one barrier; what came of each."""

    def answer(number: int) -> str:
        key = f"wecom:race:{round_}:{number}"
        said = Text(Envelope("wecom", key, "batu", company.clock()), f"{words}{number}")
        return company.runtime.intake.take(said, b"x").came

    return at_once([lambda number=number: answer(number) for number in range(ANSWERS)])


def test_one_question_gets_one_follow_up(company: Company) -> None:
    """Was: six follow-ups on PostgreSQL, where nothing held the question."""
    lead, batu = company.lead(by="batu"), company.person("batu")
    for round_ in range(3):
        assert f"L{lead}" in batu.say(f"跟进 L{lead}").text
        assert answer_at_once(company, "客户在外地", round_) == ["done"] * ANSWERS
        with company.runtime.store.read() as session:
            assert session.scalar(select(func.count()).select_from(FollowUp)) == round_ + 1
        company.clock.go(minutes=2)
    company.settle()
    assert_kept(company.runtime.store, company.platform.journal)


def test_one_question_gets_one_release(company: Company) -> None:
    lead, batu = company.lead(by="batu"), company.person("batu")
    assert "原因" in batu.say(f"释放 L{lead}").text
    answer_at_once(company, "客户地址太远，不办了", 0)
    with company.runtime.store.read() as session:
        assert session.scalar(select(func.count()).where(Ownership.how == "release")) == 1


def test_where_no_question_is_open_nothing_more_is_asked(company: Company) -> None:
    """The hot path: one statement tells all that an event needs."""
    asked: list[str] = []
    engine = company.runtime.store.database.writer

    def note(*args: object) -> None:
        asked.append(" ".join(str(args[2]).split()))

    def looks(text: str, key: str) -> int:
        asked.clear()
        said = Text(Envelope("wecom", key, "batu", company.clock()), text)
        event.listen(engine, "before_cursor_execute", note)
        assert company.runtime.intake.take(said, b"x").came == "done"
        event.remove(engine, "before_cursor_execute", note)
        return sum("FROM dialog" in statement or "JOIN dialog" in statement for statement in asked)

    lead = company.lead(by="batu")
    assert looks("你好", "wecom:1") == 1
    company.person("batu").say(f"跟进 L{lead}")
    assert looks("客户在外地", "wecom:2") >= 2
