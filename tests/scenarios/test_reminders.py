"""到点提醒: the agreed time comes, and the owner is told, once."""

from kit.company import Company

PHONE = "13947100001"


def tick(company: Company) -> None:
    company.runtime.reminder.round()
    company.settle()


def test_he_is_told_when_it_is_time_and_once(company: Company) -> None:
    lead = company.lead(phone=PHONE, by="batu")
    batu = company.person("batu")
    batu.say(f"跟进 L{lead} 意向强，11点半面谈")
    company.clock.go(minutes=89)
    assert batu.after(lambda: tick(company)).messages == ()
    company.clock.go(minutes=1)
    card = batu.after(lambda: tick(company)).card
    assert card.title == f"该联系 L{lead} 刘志强"
    assert card.rows["电话"] == PHONE
    assert "约在 今天 11:30" in card.whole
    assert "意向强，11点半面谈" in card.whole
    assert card.labels == ["写跟进", "详情", "稍后提醒"]
    assert batu.after(lambda: tick(company)).messages == ()
    batu.say(f"跟进 L{lead} 见过了，后天下午3点签约")
    assert batu.now(card).title == f"L{lead} 刘志强", "the reminder is over"
    company.clock.go(days=2, hours=3, minutes=30)
    assert batu.after(lambda: tick(company)).card.title.startswith("该联系")


def test_who_has_it_now_is_told(company: Company) -> None:
    lead = company.lead(phone=PHONE, by="batu")
    batu, zhang = company.person("batu"), company.person("zhangsan")
    batu.say(f"跟进 L{lead} 11点半面谈")
    batu.say(f"转移 L{lead} 张三")
    company.clock.go(hours=2)
    before = company.so_far
    tick(company)
    assert batu.heard_since(before).messages == ()
    assert zhang.heard_since(before).card.title.startswith("该联系"), "the customer waits for the call all the same"


def test_after_a_long_outage_nobody_is_woken_for_yesterday(company: Company) -> None:
    lead = company.lead(phone=PHONE, by="batu")
    batu = company.person("batu")
    batu.say(f"跟进 L{lead} 11点半面谈")
    company.clock.go(days=1)
    assert batu.after(lambda: tick(company)).messages == ()
    assert "逾期" in batu.say("我的客户").card.whole


def test_many_at_once_are_the_list(company: Company) -> None:
    batu = company.person("batu")
    for number in range(6):
        lead = company.lead(phone=f"1394710002{number}", by="batu")
        batu.say(f"跟进 L{lead} 11点半打电话")
    company.clock.go(hours=2)
    card = batu.after(lambda: tick(company)).card
    assert card.title == "我的客户"
    assert "逾期6" in card.whole


def test_a_time_that_was_moved_counts_as_it_is_now(company: Company) -> None:
    lead = company.lead(phone=PHONE, by="batu")
    batu = company.person("batu")
    batu.say(f"跟进 L{lead} 意向强，11点面谈")
    batu.say(f"跟进 L{lead} 改到下午3点面谈")
    company.clock.go(hours=1, minutes=5)
    assert batu.after(lambda: tick(company)).messages == (), "the old time is no time any more"
    company.clock.go(hours=4)
    assert "约在 今天 15:00" in batu.after(lambda: tick(company)).card.whole
    batu.say(f"跟进 L{lead} 客户改期，下午5点面谈")
    company.clock.go(hours=2)
    assert "约在 今天 17:00" in batu.after(lambda: tick(company)).card.whole


def test_after_a_short_outage_he_is_told_late_and_once(company: Company) -> None:
    lead = company.lead(phone=PHONE, by="batu")
    batu = company.person("batu")
    batu.say(f"跟进 L{lead} 意向强，11点面谈")
    company.clock.go(hours=6)
    assert batu.after(lambda: tick(company)).card.title.startswith("该联系")
    assert batu.after(lambda: tick(company)).messages == ()


def test_what_was_due_is_told_to_who_gets_the_lead_afterwards(company: Company) -> None:
    """Was: the old owner had been told, and nobody told the new one of what he is late for."""
    lead = company.lead(phone=PHONE, by="batu")
    batu, zhangsan = company.person("batu"), company.person("zhangsan")
    batu.say(f"跟进 L{lead} 意向强，11点面谈")
    company.clock.go(hours=1)
    tick(company)
    batu.say(f"转移 L{lead} 张三")
    heard = zhangsan.after(lambda: tick(company))
    assert [card.title for card in heard.cards] == [f"该联系 L{lead} 刘志强"]
    assert zhangsan.after(lambda: tick(company)).messages == ()
