"""客户联系: what the channel asks of WeCom about a customer, and what it makes of the answers."""

from itertools import count

import pytest

from cards.channel import Contact, Misconfigured, NoContact, Permanent, Quota, Retry

OK = {"errcode": 0, "errmsg": "ok"}
CUSTOMER = {"external_userid": "wm1", "name": "萨仁", "type": 2, "corp_name": "蒙牛"}
MANY = ("1" * 500, *["2"] * 7)  # of ten, those that are texts
MINE = {
    "userid": "Batu",
    "remark": "张伟",
    "description": "有房",
    "createtime": 1767225600,
    "tags": [],
    "remark_corp_name": "",
    "remark_mobiles": ["13947100001", "13947100002"],
    "add_way": 1,
    "state": "dy01",
}


def answering(customer: object, *followers: object, **more: object):
    return lambda _asked: OK | {"external_contact": customer, "follow_user": list(followers)} | more


def test_the_customer_as_the_member_has_him(process, platform):
    platform.answer = answering(CUSTOMER, MINE | {"userid": "zhang", "remark": "别人"}, MINE)
    found = process.channel.contact("wm1", "batu")
    assert found == Contact("萨仁", "蒙牛", "张伟", "有房", ("13947100001", "13947100002"), "dy01", 1)
    asked = platform.asked[-1]
    assert (asked.path, asked.query["external_userid"]) == ("/cgi-bin/externalcontact/get", "wm1")
    assert "cursor" not in asked.query


def test_what_the_member_calls_the_company_counts_first(process, platform):
    platform.answer = answering(CUSTOMER, MINE | {"remark_corp_name": "蒙牛乳业"})
    assert process.channel.contact("wm1", "batu").company == "蒙牛乳业"


def test_the_member_stands_on_the_third_page(process, platform):
    pages = {"": ([{"userid": "a"}], "p2"), "p2": ([{"userid": "b"}], "p3"), "p3": ([MINE], "")}

    def answer(asked):
        followers, cursor = pages[asked.query.get("cursor", "")]
        return OK | {"external_contact": CUSTOMER, "follow_user": followers, "next_cursor": cursor}

    platform.answer = answer
    assert process.channel.contact("wm1", "batu").remark == "张伟"


def test_pages_without_end_are_left(process, platform):
    numbers = count()
    platform.answer = lambda _asked: OK | {
        "external_contact": CUSTOMER, "follow_user": [], "next_cursor": f"p{next(numbers)}"
    }  # fmt: skip
    assert process.channel.contact("wm1", "batu") == NoContact()
    assert platform.count("externalcontact/get") == 20


@pytest.mark.parametrize(
    ("errcode", "came"),
    [
        (84061, NoContact),
        (40096, NoContact),
        (48002, Misconfigured),
        (60020, Misconfigured),
        (45009, Quota),
        (-1, Retry),
        (60111, Permanent),
        (99999, Retry),
    ],
)
def test_each_errcode_is_what_it_means(process, platform, errcode, came):
    platform.answer = lambda _asked: {"errcode": errcode, "errmsg": "no"}
    assert isinstance(process.channel.contact("wm1", "batu"), came)


@pytest.mark.parametrize(
    ("customer", "mine", "found"),
    [
        ({"name": None}, {}, Contact("")),
        ({"name": ["x"]}, {"remark": 5, "remark_mobiles": "13947100001", "add_way": "1", "state": {}}, Contact("")),
        ({"name": "n" * 2000}, {"remark": "r" * 2000}, Contact("n" * 500, remark="r" * 500)),
        ({}, {"remark_mobiles": [1, None, "1" * 900, *["2"] * 30], "add_way": True}, Contact("", phones=MANY)),
        ({}, {"add_way": -1}, Contact("")),
        ({}, {"add_way": 10**9}, Contact("")),
    ],
)  # fmt: skip
def test_odd_answers_are_read_as_far_as_they_are_as_documented(process, platform, customer, mine, found):
    platform.answer = answering(customer, "nobody", None, {"userid": 7}, {"userid": "batu"} | mine)
    assert process.channel.contact("wm1", "batu") == found


@pytest.mark.parametrize("answer", [OK, OK | {"external_contact": []}, OK | {"external_contact": None}])
def test_an_answer_without_a_customer_is_asked_for_again(process, platform, answer):
    platform.answer = lambda _asked: answer
    assert isinstance(process.channel.contact("wm1", "batu"), Retry)


@pytest.mark.parametrize("followers", [None, {}, "batu", 3])
def test_who_is_in_no_list_has_no_such_contact(process, platform, followers):
    platform.answer = lambda _asked: OK | {"external_contact": CUSTOMER, "follow_user": followers}
    assert process.channel.contact("wm1", "batu") == NoContact()


def test_a_token_that_is_refused_is_refreshed_once(process, platform):
    platform.answer = answering(CUSTOMER, MINE)
    process.channel.contact("wm1", "batu")
    platform.expire()
    assert isinstance(process.channel.contact("wm1", "batu"), Contact)
    assert platform.issued == 2
