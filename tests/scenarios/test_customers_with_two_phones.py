"""A customer who was entered under two phones: after 合并客户 both can be read, and called."""

from kit.company import Company

PHONE, OTHER = "13947100001", "13947100002"


def test_both_phones_stand_on_the_cards_of_the_lead_that_goes_on(company: Company) -> None:
    first = company.lead(phone=PHONE, by="batu")
    company.clock.go(minutes=1)
    second = company.lead("刘志强", phone=OTHER, by="batu")
    batu, lina = company.person("batu"), company.person("lina")
    open_card = batu.say(f"客户 L{first}").card
    lina.say(f"合并客户 L{second} L{first}")
    lina.say("确认")
    now = batu.now(open_card)
    assert now.rows["电话"] == OTHER
    assert f"其他电话：{PHONE}" in now.whole
    for typed in (f"客户 L{first}", f"电话 L{first}"):
        assert PHONE in batu.say(typed).card.whole, typed
        assert OTHER in batu.say(typed).card.whole, typed
    masked = lina.say(f"客户 L{first}").card
    assert "其他电话：139****0001" in masked.whole
    assert PHONE not in masked.whole
    asked = lina.tap(masked, "看电话").card
    assert (asked.rows["电话"], asked.rows["其他电话"]) == (OTHER, PHONE)
    company.clock.go(days=8)
    assert "其他电话" in batu.say(f"客户 L{first}").card.whole, "also when it cannot be undone any more"
