"""The made-up company: its people fit together; its leads are unique, true to the clock, and the same every time."""

import csv
from collections import Counter
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from bot.sandbox.sample import SampleLead, iter_leads, make_leads
from core.privacy import normal_id_number, normal_name, normal_phone
from core.regions import REGIONS, region, within

NOW = datetime(2026, 3, 18, 6, 40, tzinfo=UTC)  # 14:40 in Shanghai
SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICERS = ["batu", "naren", "lina", "wangqiang", "surina", "zhangsan"]
ROLES = {"officer", "approver", "risk", "manager", "finance", "admin"}


@pytest.fixture(scope="module")
def leads() -> list[SampleLead]:
    return make_leads(7, 600, NOW, OFFICERS)


def people() -> list[dict[str, str]]:
    text = files("bot.sandbox").joinpath("data/people.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def owner(lead: SampleLead, at: datetime | None = None) -> str | None:
    """Who has the lead at this moment (now, if none is given), by its moves."""
    holder = None
    for move in lead.moves:
        if at is None or move.at < at:
            holder = move.person if move.how in ("claim", "transfer") else None
    return holder


def test_people_fit_together():
    rows = people()
    by_id = {row["wecom_userid"]: row for row in rows}
    assert list(rows[0]) == ["name", "department", "role", "wecom_userid", "dingtalk_userid", "superior", "rank"]
    assert (
        len(by_id) == len({row["dingtalk_userid"] for row in rows}) == len({row["name"] for row in rows}) == len(rows)
    )
    assert all(row["name"] == normal_name(row["name"]) and row["department"] and row["rank"] for row in rows)
    assert all(set(row["role"].split("|")) <= ROLES for row in rows)
    for row in rows:
        chain, at = [], row
        while at["superior"]:
            at = by_id[at["superior"]]
            assert at["wecom_userid"] not in chain, "a circle of superiors"
            chain.append(at["wecom_userid"])
            assert set(at["role"].split("|")) & {"manager", "approver"}
        assert at["rank"] == "总经理"


def test_people_fill_every_role():
    roles = Counter(role for row in people() for role in row["role"].split("|"))
    assert roles["officer"] >= 12
    assert roles["approver"] == 2
    assert roles["risk"] == roles["finance"] == 1
    assert roles["admin"] == 2  # the administrator, and the general manager, who sees every department
    teams = {row["department"] for row in people() if "officer" in row["role"]}
    assert teams == {"呼和浩特/一部", "呼和浩特/二部", "包头/一部"}
    assert max(len(row["name"]) for row in people()) >= 10


def test_same_seed_same_leads(leads: list[SampleLead]):
    assert make_leads(7, 600, NOW, OFFICERS) == leads
    assert make_leads(7, 50, NOW, OFFICERS) == leads[:50]
    assert make_leads(8, 50, NOW, OFFICERS) != leads[:50]


def test_same_customers_without_history(leads: list[SampleLead]):
    plain = list(iter_leads(7, 600, NOW, [], history=False))
    facts = [(lead.name, lead.phone, lead.id_number, lead.note) for lead in plain]
    assert facts == [(lead.name, lead.phone, lead.id_number, lead.note) for lead in leads]
    assert all(not lead.moves and not lead.follow_ups and lead.created_at < NOW for lead in plain)


def test_personal_data_is_in_its_normal_form(leads: list[SampleLead]):
    for lead in leads:
        assert normal_phone(lead.phone) == lead.phone
        assert normal_name(lead.name) == lead.name
        assert lead.id_number is None or normal_id_number(lead.id_number) == lead.id_number
    known = [lead.id_number for lead in leads if lead.id_number]
    assert 0.3 < len(known) / len(leads) < 0.5
    assert all(number[:6] in REGIONS and not number[:6].endswith("00") for number in known)


def test_every_mobile_prefix_is_valid_and_138_stays_free():
    phones = [lead.phone for lead in iter_leads(3, 3000, NOW, [], history=False)]
    prefixes = {phone[:3]: phone for phone in phones}
    assert len(prefixes) > 30
    assert "138" not in prefixes
    assert all(normal_phone(phone) for phone in prefixes.values())
    assert all(phone[3:7] == "0000" for phone in phones)


def test_nobody_comes_twice_in_a_long_run():
    phones: set[str] = set()
    numbers: list[str] = []
    count = 380_000  # more than one block of phone numbers
    for lead in islice(iter_leads(5, 10**9, NOW, [], history=False), count):
        phones.add(lead.phone)
        if lead.id_number:
            numbers.append(lead.id_number)
    assert len(phones) == count
    assert len(set(numbers)) == len(numbers)


def test_plausible_mix(leads: list[SampleLead]):
    share = len(leads)
    held = [lead for lead in leads if owner(lead)]
    assert 0.4 < len(held) / share < 0.6
    assert all((found := region(lead.region_code)) and not found.is_city for lead in leads)
    hohhot = sum(within(lead.region_code, "1501") for lead in leads)
    baotou = sum(within(lead.region_code, "1502") for lead in leads)
    assert hohhot > baotou > share * 0.2
    assert share - hohhot - baotou > share * 0.15
    assert len({lead.channel for lead in leads}) == 7
    assert {lead.grade for lead in leads} == {"A", "B", "C", None}
    assert all("高意向" in lead.tags for lead in leads if lead.grade == "A")
    assert any("·" in lead.name for lead in leads)
    assert len({lead.note for lead in leads}) > share * 0.7
    assert all(lead.amount_fen > 0 and lead.amount_fen % 1_000_000 == 0 for lead in leads)
    assert all(len(set(lead.tags)) == len(lead.tags) for lead in leads)


def test_every_kind_of_history_occurs(leads: list[SampleLead]):
    plots = Counter("-".join(move.how for move in lead.moves) for lead in leads)
    expected = {"", "claim", "claim-release", "claim-recycle", "claim-transfer", "claim-release-claim"}
    assert set(plots) == expected
    assert {len(lead.follow_ups) for lead in leads if owner(lead)} >= set(range(7))
    fresh = [NOW - lead.created_at for lead in leads if not lead.moves]
    assert min(fresh) >= timedelta(hours=1)
    assert max(fresh) < timedelta(days=12)


@pytest.mark.parametrize(
    "now",
    [
        NOW,
        datetime(2026, 3, 18, 0, 59, 30, tzinfo=UTC),  # before the office opens
        datetime(2026, 3, 18, 1, 0, tzinfo=UTC),  # as it opens
        datetime(2026, 3, 18, 22, 30, tzinfo=SHANGHAI),  # at night, in another zone
    ],
)
def test_timeline_holds(now: datetime):
    for lead in make_leads(11, 300, now, OFFICERS):
        events = [lead.created_at, *(move.at for move in lead.moves), now]
        assert events == sorted(set(events))
        contacts = [follow_up.at for follow_up in lead.follow_ups]
        assert contacts == sorted(set(contacts))
        holder = None
        for move in lead.moves:
            if move.how == "release":
                assert move.person == holder
            if move.how == "transfer":
                assert holder not in (None, move.person)
            assert (move.person is None) == (move.how == "recycle")
            assert bool(move.reason) == (move.how != "claim")
            holder = move.person if move.how in ("claim", "transfer") else None
        for follow_up in lead.follow_ups:
            assert owner(lead, follow_up.at) == follow_up.person
            assert follow_up.at < now
            assert follow_up.content
            assert follow_up.next_contact_at is None or follow_up.next_contact_at > follow_up.at
        for at in (*events[:-1], *contacts):
            assert at.tzinfo is UTC
            assert 9 <= (at.astimezone(SHANGHAI) - timedelta(seconds=1)).hour < 19  # 19:00 itself is the close


def test_next_contacts_are_due_today_overdue_and_coming(leads: list[SampleLead]):
    today = NOW.astimezone(SHANGHAI).date()
    held = [lead.follow_ups[-1] for lead in leads if owner(lead) and lead.follow_ups]
    days = [each.next_contact_at.astimezone(SHANGHAI).date() for each in held if each.next_contact_at]
    assert sum(day < today for day in days) >= 10
    assert sum(day == today for day in days) >= 10
    assert sum(day > today for day in days) >= 10
    assert len(days) < len(held)


def test_local_officers_get_local_leads():
    teams = {"1501": ["batu", "naren"], "150200": ["gerile"]}
    for lead in make_leads(2, 300, NOW, OFFICERS, teams):
        told = {move.person for move in lead.moves if move.person}
        if within(lead.region_code, "1501"):
            assert told <= {"batu", "naren"}
        elif within(lead.region_code, "1502"):
            assert told <= {"gerile"}
        else:
            assert told <= set(OFFICERS)


def test_wrong_use_is_refused_at_once():
    with pytest.raises(ValueError, match="time zone"):
        iter_leads(1, 1, NOW.replace(tzinfo=None), OFFICERS)
    with pytest.raises(ValueError, match="people"):
        iter_leads(1, 1, NOW, [])
