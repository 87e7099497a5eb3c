"""公海 and 领取, by chat and by card."""

from kit.company import Company


def test_ticked_leads_are_claimed_and_the_card_becomes_the_result(company: Company) -> None:
    one, two = company.lead(), company.lead("白云飞", "13947100002")
    batu = company.person("batu")

    card = batu.say("公海").card
    assert card.options == [f"L{two}", f"L{one}"]
    assert "139****0001" in card.whole
    assert "13947100001" not in card.whole
    assert "刘志强" not in card.whole

    result = batu.tap(card, "领取", ticked=[f"L{one}", f"L{two}"]).card
    assert result.message.id == card.message.id
    assert result.title == "已领取 2 条"
    assert "13947100001" in result.whole
    assert "刘志强" in result.whole
    assert company.owner(one) == company.owner(two) == batu.actor.id


def test_who_was_later_learns_who_was_faster(company: Company) -> None:
    lead = company.lead()
    batu, lina = company.person("batu"), company.person("lina")
    card = lina.say("公海").card
    batu.say(f"领取 L{lead}")

    result = lina.tap(card, "领取", ticked=[f"L{lead}"]).card
    assert f"L{lead} 刚被 巴* 领走" in result.whole
    assert "13947100001" not in result.whole
    assert company.owner(lead) == batu.actor.id
