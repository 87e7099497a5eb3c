"""评论 as people meet it: written, heard, answered; who may, who hears, and what nobody reads in clear."""

import pytest
from kit.company import Colleague, Company
from sqlalchemy import select

from core.leads.commented import Comment, CommentMention
from core.people.models import Person

PHONE = "13947100001"


@pytest.fixture
def batu(company: Company) -> Colleague:
    company.lead(by="batu")
    return company.person("batu")


def count(company: Company) -> int:
    with company.runtime.store.read() as session:
        return len(session.scalars(select(Comment.id)).all())


def test_named_told_and_answered(company: Company, batu: Colleague) -> None:
    lina = company.person("lina")
    before = company.so_far
    assert batu.say("评论 L1 @李娜 请确认利率").text == "已评论 L1，已告诉 李娜。"
    heard: list = lina.heard_since(before).cards
    assert heard[0].title == "巴特尔 在 L1 提到您"
    assert "@李娜 请确认利率" in heard[0].whole
    assert "刘志强" not in heard[0].whole, "she is not its owner"
    assert heard[0].labels == ["回复", "详情"]
    assert lina.tap(heard[0], "回复").text == "请直接发送给 巴特尔·孟和 的回复（L1）。回复 取消 退出。"
    before = company.so_far
    assert lina.say("4.5%，可以做").text == "已评论 L1，已告诉 巴特尔·孟和。"
    answered = [card for card in batu.heard_since(before).cards if "提到您" in card.title]
    assert [card.title for card in answered] == ["李娜 在 L1 提到您"]
    whole = batu.say("L1").card.whole
    assert "「11-24 李娜：4.5%，可以做」" in whole
    assert "「11-24 巴特尔·孟和：@李娜 请确认利率」" in whole


def test_the_owner_hears_it_without_being_named(company: Company, batu: Colleague) -> None:
    before = company.so_far
    assert company.person("lina").say("评论 L1 这位客户很急").text == "已评论 L1，已告诉 巴特尔·孟和。"
    assert [card.title for card in batu.heard_since(before).cards] == ["李娜 评论了 L1"]


def test_who_may_not_look_into_the_lead_neither_hears_nor_says(company: Company, batu: Colleague) -> None:
    zhangsan, hejing = company.person("zhangsan"), company.person("hejing")
    before = company.so_far
    assert batu.say("评论 L1 @张三 @李娜 看一下").text == "已评论 L1，已告诉 李娜。张三 不能查看这位客户，没有通知。"
    assert zhangsan.heard_since(before).messages == ()
    assert "没有找到 L1" in zhangsan.say("评论 L1 抢走").text
    assert hejing.say("评论 L1 查一下").text.startswith("您的岗位不能评论客户。")
    assert "没有找到 L77" in batu.say("评论 L77 好").text
    assert count(company) == 1
    with company.runtime.store.read() as session:
        assert session.scalars(select(CommentMention.person_id)).all() == [company.person("lina").actor.id]


def test_asked_for_without_a_content_and_left(company: Company, batu: Colleague) -> None:
    assert batu.say("评论 L1").text.startswith("请直接发送对 L1（刘志强）的评论，可以 @ 同事")
    assert batu.say("取消").text == "好的，不评论了。"
    batu.say("评论 L1")
    assert "没有叫 王五 的同事" in batu.say("@王五 看一下").text
    assert batu.say("@李娜 看一下").text == "已评论 L1，已告诉 李娜。"
    assert "没看懂" in batu.say("@李娜 看一下").text, "the question is answered"
    assert count(company) == 1


def test_several_of_one_name_are_asked_apart(company: Company, batu: Colleague) -> None:
    with company.runtime.store.database.write() as session:
        session.get_one(Person, company.person("liufang").actor.id).name = "李娜"
    said = batu.say("评论 L1 @李娜 请确认").text
    assert said.startswith("有 2 位 李娜，评论没有发出。")
    assert "@lina（" in said
    assert "@liufang（" in said
    assert count(company) == 0
    assert batu.say("评论 L1 @lina 请确认").text == "已评论 L1，已告诉 李娜。"


def test_numbers_are_masked_and_nothing_stands_in_clear(company: Company, batu: Colleague) -> None:
    before = company.so_far
    batu.say("评论 L1 @李娜 打 13947100001，身份证 150102199001011230")
    heard = company.person("lina").heard_since(before).card
    assert PHONE not in heard.whole
    assert "150102199001011230" not in heard.whole
    with company.runtime.store.read() as session:
        assert PHONE.encode() not in session.scalars(select(Comment.content)).one()


def test_a_lead_that_goes_to_others_takes_its_comments_along(company: Company, batu: Colleague) -> None:
    lina, zhangsan = company.person("lina"), company.person("zhangsan")
    before = company.so_far
    lina.say("评论 L1 先别报价")
    card = batu.heard_since(before).card
    company.clock.go(minutes=1)
    lina.say("转移 L1 张三")
    assert "先别报价" not in batu.now(card).whole
    assert "先别报价" in zhangsan.say("L1").card.whole
    company.clock.go(minutes=1)
    assert "您不能操作" in batu.say("评论 L1 好").text


def test_an_answer_after_the_lead_has_gone_is_refused(company: Company, batu: Colleague) -> None:
    lina = company.person("lina")
    before = company.so_far
    lina.say("评论 L1 先别报价")
    batu.tap(batu.heard_since(before).card, "回复")
    company.clock.go(minutes=1)
    lina.say("转移 L1 张三")
    assert "您不能操作" in batu.say("好的").text
    assert count(company) == 1


@pytest.mark.parametrize("typed", ["评论 L1 @", "评论 L1 ＠ ，", "评论 L1 @ @"])
def test_an_at_alone_is_no_comment(company: Company, batu: Colleague, typed: str) -> None:
    assert batu.say(typed).text.startswith("请直接发送对 L1（刘志强）的评论")
    assert count(company) == 0
    assert batu.say("@").text.startswith("请直接发送对 L1（刘志强）的评论"), "still asked"
    assert batu.say("利率多少").text == "已评论 L1。"
    assert count(company) == 1


def test_names_alone_are_asked_what_is_to_be_said_to_them(company: Company, batu: Colleague) -> None:
    lina = company.person("lina")
    before = company.so_far
    said = batu.say("评论 L1 @李娜 @张三").text
    assert said.startswith("要对 李娜、张三 说什么？请直接发送对 L1（刘志强）的评论，会告诉 李娜、张三。")
    assert lina.heard_since(before).messages == ()
    assert count(company) == 0
    assert batu.say("请确认利率").text == "已评论 L1，已告诉 李娜。张三 不能查看这位客户，没有通知。"
    assert "@李娜 @张三 请确认利率" in lina.heard_since(before).card.whole
    batu.say("评论 L1 @李娜")
    assert batu.say("取消").text == "好的，不评论了。"
    assert count(company) == 1


def test_a_sign_or_a_picture_is_a_comment(company: Company, batu: Colleague) -> None:
    assert batu.say("评论 L1 @李娜 ？？").text == "已评论 L1，已告诉 李娜。"
    assert batu.say("评论 L1 👍").text == "已评论 L1。"
