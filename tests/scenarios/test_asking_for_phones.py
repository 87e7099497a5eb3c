"""电话: a full number for who asks, counted; by word and by button."""

from dataclasses import replace

from kit.company import Company

PHONE = "13947100001"


def rule(company: Company, of_pool: int, of_all: int) -> None:
    runtime = company.runtime
    pools = replace(
        runtime.company.pools,
        pools=tuple(replace(pool, daily_reveals=of_pool) for pool in runtime.company.pools.pools),
        daily_reveals=of_all,
    )
    runtime.in_force.hold(replace(runtime.company, pools=pools))


def test_an_officer_asks_before_he_claims(company: Company) -> None:
    rule(company, of_pool=1, of_all=5)
    lead, other = company.lead(phone=PHONE), company.lead(phone="13947100002")
    batu = company.person("batu")
    card = batu.say(f"客户 L{lead}").card
    assert PHONE not in card.whole
    phone = batu.tap(card, "看电话").card
    assert (phone.title, phone.rows["电话"]) == (f"L{lead} 刘**", PHONE)
    assert "今日已看 1/5 · 查看已留记录" in phone.whole
    assert batu.say(f"电话 L{other}").text == (
        "今日已看电话 1/1（呼和浩特池），明天（周三）00:00 恢复。需要更多时请联系管理员。"
    )
    batu.tap(phone, "领取")
    assert "写跟进" in batu.now(phone).labels
    assert PHONE in batu.now(phone).whole
    assert company.owner(lead) == batu.actor.id


def test_a_number_that_hangs_in_a_chat_goes_when_somebody_else_gets_the_lead(company: Company) -> None:
    rule(company, of_pool=1, of_all=5)
    lead = company.lead(phone=PHONE)
    batu = company.person("batu")
    phone = batu.say(f"电话 L{lead}").card
    assert PHONE in phone.whole
    company.person("zhangsan").say(f"领取 L{lead}")
    assert PHONE not in batu.now(phone).whole


def test_a_manager_asks_for_the_number_of_a_customer_of_his_people(company: Company) -> None:
    lead = company.lead(phone=PHONE, by="batu")
    lina = company.person("lina")
    card = lina.say(f"客户 L{lead}").card
    assert PHONE not in card.whole
    assert lina.tap(card, "看电话").card.rows["电话"] == PHONE


def test_without_a_rule_the_number_comes_with_the_claim(company: Company) -> None:
    lead = company.lead(phone=PHONE)
    batu = company.person("batu")
    assert "看电话" not in batu.say(f"客户 L{lead}").card.labels
    assert batu.say(f"看电话 L{lead}").text == (
        f"L{lead} 在呼和浩特池，完整手机号领取后可见。回复 领取 L{lead} 即可看到。"
    )
