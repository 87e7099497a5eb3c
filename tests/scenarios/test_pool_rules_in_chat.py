"""The rules of a pool as people meet them: which rule, its number, and when it frees."""

from dataclasses import replace
from datetime import timedelta

from kit.company import Company

from config.company import Company as Rules
from core.leads.models import Deferral, DeferralKind, How
from core.leads.outcomes import Claimed, pack_outcome
from core.leads.pools import Hidden, HoldingRule
from core.loans.bottlenecks import Pick, to_token
from core.reports import snapshots
from core.store.issued import Face
from jobs.screens import SCREENS, draw
from jobs.stage import Stage

PHONE = "13947100001"


def rule(company: Company, **more: object) -> None:
    """The first pool (呼和浩特池) says `more` from now on, in the intake and in the relay."""
    runtime = company.runtime
    first, *others = runtime.company.pools.pools
    pools = replace(runtime.company.pools, pools=(replace(first, **more), *others))  # type: ignore[arg-type]
    _use(company, replace(runtime.company, pools=pools))


def _use(company: Company, rules: Rules) -> None:
    company.runtime.in_force.hold(rules)


def test_a_lead_that_was_handed_back_cools_down(company: Company) -> None:
    rule(company, cooldown=timedelta(days=7))
    lead = company.lead(phone=PHONE, by="batu")
    batu = company.person("batu")
    company.clock.go(hours=1)
    batu.say(f"释放 L{lead} 联系不上")
    company.clock.go(hours=1)
    assert batu.say(f"领取 L{lead}").text == (
        f"L{lead} 今天 11:00 以前在您名下，呼和浩特池规定 7天 内不能再领，12月1日（周二）11:00 恢复。"
        "回复 公海 看其他线索。"
    )
    assert "暂时没有可领取的线索" in batu.say("公海 青城").card.whole
    assert "在呼和浩特池，12月1日（周二）11:00 起可再领取" in batu.say(f"客户 L{lead}").card.whole
    assert company.person("zhangsan").say("公海").card.options == [f"L{lead}"]


def test_a_lead_that_has_just_come_is_open_to_all_at_the_same_time(company: Company) -> None:
    rule(company, freeze=timedelta(minutes=90))
    lead = company.lead(phone=PHONE)
    batu = company.person("batu")
    assert batu.say(f"领取 L{lead}").text == (
        f"L{lead} 刚放入呼和浩特池，满 90分钟 才能领，今天 11:30 开放。回复 公海 看其他线索。"
    )
    assert f"L{lead}" in company.person("wuyun").say("公海").card.whole, "who looks after it sees it"
    assert "刚放入1条，今天 11:30 开放" in batu.say("公海").card.whole
    card = batu.say(f"客户 L{lead}").card
    assert "在呼和浩特池，今天 11:30 起可领取" in card.whole
    assert card.labels == ["刷新"]
    assert batu.tap(card, "刷新").text.startswith(f"L{lead} 刚放入呼和浩特池，满 90分钟 才能领")
    assert batu.say(f"录入 刘志强 {PHONE}").text == (
        f"已存在：刘**，本次来访已记上。L{lead} 刚放入呼和浩特池，满 90分钟 才能领，今天 11:30 开放。"
        "回复 公海 看其他线索。"
    )
    company.clock.go(minutes=90)
    assert batu.say("公海").card.options == [f"L{lead}"]


def test_from_a_pool_that_only_assigns_its_admin_gives_leads_out(company: Company) -> None:
    rule(company, assign_only=True, admins=("lina",))
    lead = company.lead(phone=PHONE)
    batu, lina = company.person("batu"), company.person("lina")
    assert batu.say(f"领取 L{lead}").text == (
        f"L{lead} 在呼和浩特池，那里的线索由管理员分配，不能自己领取。需要时请联系管理员分给您。"
    )
    assert batu.say("公海 青城").text.startswith("呼和浩特池的线索由管理员分配，不能自己领取，分给您时会收到通知。")
    assert batu.say(f"录入 刘志强 {PHONE}").text.endswith("由管理员分配，不能自己领取。需要时请联系管理员分给您。")
    assert f"L{lead}" in lina.say("公海 青城").card.whole
    refused = lina.say(f"转移 L{lead} 周敏").text
    assert "不在这个公海的成员里" in refused
    assert lina.say(f"转移 L{lead} 巴特尔·孟和").text.startswith(f"L{lead} 已转给 巴特尔·孟和")
    assert company.owner(lead) == batu.actor.id


def test_what_a_pool_hides_comes_with_the_claim(company: Company) -> None:
    rule(company, hidden=frozenset({Hidden.PHONE, Hidden.AMOUNT, Hidden.CHANNEL}))
    lead = company.lead(phone=PHONE, amount_fen=50_000_000)
    batu = company.person("batu")
    for card in (batu.say("公海").card, batu.say(f"客户 L{lead}").card):
        assert not any(part in card.whole for part in ("139", "尾号", "0001", "50万", "抖音"))
    rows = batu.say(f"客户 L{lead}").card.rows
    assert (rows["电话"], rows["来源"]) == ("领取后可见", "领取后可见")
    batu.say(f"领取 L{lead}")
    assert batu.say(f"客户 L{lead}").card.rows["电话"] == PHONE


def test_the_lowest_limit_for_a_rank_is_named(company: Company) -> None:
    batu = company.person("batu")
    department = batu.actor.department
    holding = (HoldingRule(80), HoldingRule(1, departments=(department,)))
    pools = replace(company.runtime.company.pools, holding=holding)
    _use(company, replace(company.runtime.company, pools=pools))
    company.lead(phone=PHONE, by="batu")
    lead = company.lead(phone="13947100002")
    assert batu.say(f"领取 L{lead}").text == (
        f"名下已有 1/1 条（{department}），释放后可再领。回复 我的客户 先看手上的。"
    )


def test_who_holds_enough_gets_no_more_from_others(company: Company) -> None:
    pools = replace(company.runtime.company.pools, holding=(HoldingRule(1),))
    _use(company, replace(company.runtime.company, pools=pools))
    company.lead(phone=PHONE, by="batu")
    lead = company.lead(phone="13947100002", by="zhangsan")
    assert company.person("zhangsan").say(f"转移 L{lead} 巴特尔·孟和").text == (
        f"巴* 名下已有 1/1 条，不能再接 L{lead}。请转给别的同事，或等对方释放一些。"
    )
    assert company.owner(lead) == company.person("zhangsan").actor.id


def _board(company: Company, who: str) -> int:
    """The number of the board that he asked for."""
    company.person(who).say("日报")
    with company.runtime.store.read() as session:
        found = snapshots.newest_of(session, company.person(who).actor.id)
    assert found is not None
    return found.id - 1  # the day's figures; behind them came the ranking


def test_a_number_tells_of_a_lead_no_more_than_its_pool_does(company: Company) -> None:
    """Who sees the numbers of the department, and its leads only as they wait."""
    rule(company, hidden=frozenset(Hidden))
    lead = company.lead(phone=PHONE, amount_fen=50_000_000, by="zhangsan")
    company.person("zhangsan").say(f"释放 L{lead} 客户暂时不需要了")
    lina = company.person("lina")
    lina.say("日报")
    card = lina.say("明细 1").card
    assert f"L{lead}" in card.whole
    assert not any(part in card.whole for part in ("刘", "房抵", "50万"))


def test_no_screen_tells_what_the_pool_hides(company: Company) -> None:
    rule(company, hidden=frozenset(Hidden))
    lead = company.lead(phone=PHONE, amount_fen=50_000_000, by="zhangsan")
    zhangsan = company.person("zhangsan")
    zhangsan.say(f"进件 L{lead} 房抵 50万 36期")
    zhangsan.say("先停下")
    zhangsan.say(f"释放 L{lead} 客户暂时不需要了")
    assert company.owner(lead) is None
    batu, wuyun = company.person("batu").actor, company.person("wuyun").actor
    board = _board(company, "batu")
    args: dict[str, dict[str, object]] = {
        "pool": {"pool": "hohhot", "page": 1},
        "claimed": {"outcomes": [pack_outcome(Claimed(lead))], "at": company.clock.now.isoformat()},
        "mine": {"page": 1},
        "lead": {"lead": lead},
        "loan_late": {"page": 1},
        "phone": {"lead": lead},
        "found": {"leads": [lead], "more": False},
        "received": {"lead": lead, "by": wuyun.id},
        "lost": {"lead": lead, "by": wuyun.id, "how": How.RECYCLE.value},
        "came_again": {"lead": lead, "channel": "抖音"},
        "contact_due": {"lead": lead},
        "grab": {"lead": lead},
        "new_contact": {"lead": lead, "over": None},
        "friend_gone": {"lead": lead, "who": batu.id},
        "about_to_fall": {"lead": lead},
        "marks": {"lead": lead},
        "care": {"care": 1},
        "care_tasks": {"care": 1},
        "segment": {"segment": '{"team":true}', "page": 1},
        "tags": {"lead": lead},
        "many_about_to_fall": {"leads": [lead]},
        "fallen": {"leads": [[lead, "hohhot"]], "count": 1, "rule": "7天跟进"},
        "fallen_below": {"people": {str(batu.id): 1}, "rule": "7天跟进", "pools": ["hohhot"]},
        "extension": {"number": 1},
        "extended": {"lead": lead, "by": wuyun.id, "until": None},
        "many_given": {"leads": [lead], "by": wuyun.id},
        "many_lost": {"leads": [lead], "by": wuyun.id, "to": wuyun.id},
        "handover": {"number": 1},
        "handover_items": {"number": 1, "page": 1},
        "handed": {"number": 1},
        "disowned": {},
        "taken": {"number": 1},
        "pick_for": {"to": wuyun.id},
        "many_received": {"leads": [lead], "by": None, "rule": "青城房抵"},
        "ask_follow_up": {"lead": lead, "at": company.clock.now.isoformat(), "way": None},
        "sort_media": {},
        "comment": {"comment": 1, "lead": lead},
        "morning": {"day": "2026-11-24"},
        "new_leads": {},
        "my_falling": {},
        "media": {"lead": lead, "page": 1},
        "nobody_eligible": {"pools": ["hohhot"], "rule": "house", "name": "青城房抵"},
        "application": {"application": 1},
        "app_question": {"application": 1, "field": "amount"},
        "app_fields": {"application": 1, "page": 1},
        "app_filled": {"application": 1, "page": 1},
        "app_drop": {"application": 1},
        "app_papers": {"application": 1},
        "app_paper": {"application": 1, "paper": "id_card"},
        "progress": {"application": 1, "page": 1},
        "applications": {"page": 1, "numbers": [1]},
        "screening": {"application": 99, "page": 1},
        "app_reports": {"application": 99},
        "bottlenecks": {"pick": to_token(Pick())},
        "waiting": {"pick": to_token(Pick()), "page": 1},
        "loan": {"number": 1},
        "loan_plan": {"number": 1, "page": 1},
        "loan_due": {"number": 1, "due": "2026-11-24", "what": "due"},
        "task": {"task": 1},
        "task_fields": {"task": 1, "page": 1},
        "task_return": {"task": 1},
        "task_due": {"task": 1, "should": None},
        "task_late_below": {"task": 1, "should": None},
        "todo": {"page": 1},
        "copied": {"application": 1, "by": wuyun.id, "at": company.clock.now.isoformat()},
        "loan_ended": {"application": 1, "won": False, "at": company.clock.now.isoformat()},
        "follow_task": {"task": 1, "lead": lead},
        "follow_tasks": {},
        "settings": {},
        "export": {"export": 1},
        "board": {"board": board},
        "details": {"board": board, "number": 1, "page": 1},
        "digest": {"rows": [1], "page": 1},
        "snooze": {"of": "contact_due", "with": {"lead": lead}, "lead": lead},
        "snoozed": {"of": "lead", "with": {"lead": lead}, "again": "x", "until": "2026-11-25T01:00:00+00:00"},
    }
    with company.runtime.store.database.write() as session:
        session.add(Deferral(lead_id=lead, owner_id=wuyun.id, kind=DeferralKind.EXTENSION, at=company.clock.now))
    assert set(args) == set(SCREENS), "each screen is looked at"
    store, rules = company.runtime.store, company.runtime.company
    with store.read() as session:
        stage = Stage(session, store.vault, batu, rules, company.clock.now)
        drawn = {screen: repr(draw(stage, Face(screen, given))) for screen, given in args.items()}
    for screen, card in drawn.items():
        told = [part for part in ("刘", PHONE[:3], PHONE[-4:], "新城", "房抵", "50万", "抖音") if part in card]
        assert told == [], screen
    assert "L1" in drawn["pool"]
    assert "L1" in drawn["lead"]
