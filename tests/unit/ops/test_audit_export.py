"""`tuoling audit export`: it says what was done, masked, and tells where what it says cannot be relied on."""

import errno
import hashlib
import json
import os
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from kit.company import ON_ONE_DATABASE, Company
from kit.lived import CODE, ID_NUMBER, NAME, PHONE, Story, live
from kit.loans import hand_in
from sqlalchemy import delete, insert, select, text, update

from bot.commands_audit import Wanted, export_application
from bot.explain import Unready, explain
from bot.export import sections, writing
from core.dossier import reading
from core.dossier.reading import Means
from core.leads.intake import NewLead, add_lead
from core.leads.kept import Medium, key_place
from core.leads.models import Customer, Lead, name_place
from core.leads.outcomes import Added
from core.loans import definitions
from core.loans.models import Application, ApplicationDocument, Definition, Task
from core.loans.repaid import RepaymentPlan
from core.people.models import Person
from core.privacy import Vault
from core.risk.models import RiskDecision, inputs_place
from core.store import audit
from core.store.audit import AuditRow, Intact
from core.store.config_versions import ConfigVersion
from core.store.files import Files, new_key


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where the files go."""
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


@pytest.fixture
def story(company: Company) -> Story:
    """An application of which there is something to tell."""
    return live(company)


def exported(company: Company, number: int, folder: Path, **more: Any) -> dict[str, Any]:
    """The data, as it stands in the file."""
    list(export_application(company.runtime.settings, f"A{number}", Wanted(folder, **more)))
    found: dict[str, Any] = json.loads((folder / f"A{number}.json").read_text(encoding="utf-8"))
    return found


def page(folder: Path, number: int) -> str:
    """The page beside it."""
    return (folder / f"A{number}.html").read_text(encoding="utf-8")


def _as_exported(digits: str) -> int | str:
    """A number beyond what every program reads exactly is a text."""
    return int(digits) if int(digits) <= 2**53 else digits


def logged(company: Company, action: str) -> list[AuditRow]:
    """What the log says of this, the first first."""
    with company.runtime.store.read() as session:
        return list(session.scalars(select(AuditRow).where(AuditRow.action == action).order_by(AuditRow.seq)))


def test_it_says_what_was_done(story: Story, company: Company, out: Path) -> None:
    found = exported(company, story.number, out)
    assert found["format"] == "tuoling.dossier/1"
    whole = found["application"]
    assert (whole["number"], whole["state"], whole["stage"]["name"]) == (f"A{story.number}", "ended", "贷后")
    assert (whole["amount_fen"], whole["product"]) == (50_000_000, {"key": "house", "name": "房抵"})
    assert whole["created_at"] == "2026-11-24T10:00:00+08:00"
    assert [(one["what"], one["number"]) for one in found["versions"]] == [("flow", 1), ("form", 1), ("risk", 1)]
    income = next(one for one in found["values"] if one["key"] == "monthly_income")
    assert (income["label"], income["value"], income["said"]) == ("月收入", 9_000_000, "90,000.00元")
    assert [(one["node"]["name"], one["state"]) for one in found["steps"]] == [
        ("风控复核", "passed"),
        ("初审", "returned"),
        ("提交进件", "passed"),
        ("初审", "passed"),
        ("复审", "passed"),
        ("签约", "passed"),
        ("放款", "passed"),
    ]
    assert all(one["left_at"] and one["entered_at"] <= one["left_at"] for one in found["steps"])


def test_who_decided_what_and_why(story: Story, company: Company, out: Path) -> None:
    found = exported(company, story.number, out)
    decided = [
        (one["node"]["name"], one["kind"], one["person"]["name"], one["decision"], one["reason"], one["risk_decision"])
        for one in found["tasks"]
        if one["decision"]
    ]
    assert decided == [
        ("风控复核", "decide", "阿古拉", "agree", "刘**·乌** 有房产，可以给审批看", 1),
        ("初审", "decide", "刘芳", "return", "材料不齐，让 刘**·乌** 补流水，身份证 150***********4518", 1),
        ("提交进件", "amend", "巴特尔·孟和", "agree", None, None),
        ("初审", "decide", "刘芳", "agree", "资料齐全", 2),
        ("初审", "before", "何静", "agree", "流水属实", 2),
        ("复审", "decide", "阿古拉", "agree", None, 2),
        ("签约", "handle", "巴特尔·孟和", "agree", None, 4),
        ("放款", "handle", "何静", "agree", None, 4),
    ]
    signer = next(one for one in found["tasks"] if one["kind"] == "before")
    asked_by = next(one for one in found["tasks"] if one["number"] == signer["for_task"])
    assert asked_by["person"]["name"] == "刘芳"
    assert found["tasks"][0]["acted_by"]["roles"] == ["risk"]
    did = [(one["what"], (one["by"] or {}).get("name")) for one in found["history"]]
    assert did.count(("submitted", "巴特尔·孟和")) == 2
    for each in (("returned", "刘芳"), ("before", "刘芳"), ("paused", "巴特尔·孟和"), ("paid_out", "何静")):
        assert each in did
    (pause,) = found["pauses"]
    assert (pause["reason"], pause["since"][11:19], pause["until"][11:19]) == ("待客户补件", "10:08:00", "10:09:00")


def test_what_the_risk_rules_said_and_would_say_again(story: Story, company: Company, out: Path) -> None:
    found = exported(company, story.number, out)["risk"]
    first, second, *_, last = found
    assert [(one["suggestion"], one["score"], one["grade"]) for one in (first, second)] == [
        ("refuse", 680, "B"),
        ("pass", 760, "A"),
    ]
    assert {one["replay"] for one in found} == {"same"}
    assert [one["counts"] for one in found] == [False] * (len(found) - 1) + [True]
    assert (first["asked_by"]["name"], last["asked_by"]["name"]) == ("巴特尔·孟和", "何静")
    hit = first["hits"][0]
    assert (hit["rule"], hit["severity"], hit["said"]) == ("debts_high", "refuse", "负债率（含本笔）114.82% > 70%")
    assert hit["could"] == "降低申请金额至 24万 以内，或期限延长到 96个月，可通过这一条"
    inputs = {one["key"]: (one["value"], one["said"]) for one in first["inputs"]}
    assert inputs["monthly_income"] == (18_000.0, "1.8万")
    assert inputs["blacklisted"] == (False, "否")
    assert sum(one["points"] for one in first["points"]) == 680
    assert first["policy_number"] == 1


def test_the_money(story: Story, company: Company, out: Path) -> None:
    found = exported(company, story.number, out)
    (payout,) = found["payouts"]
    assert (payout["amount_fen"], payout["paid_on"], payout["by"]["name"]) == (48_000_000, "2026-11-24", "何静")
    (plan,) = found["plans"]
    assert (plan["method"], plan["rate"], plan["per"], plan["months"]) == ("equal_instalment", "0.049", "year", 36)
    assert sum(one["principal_fen"] for one in plan["instalments"]) == 48_000_000
    first, second = found["repayments"]
    assert (first["amount_fen"], first["taken_back_by"]["name"]) == (500_000, "巴特尔·孟和")
    assert (second["amount_fen"], second["taken_back_at"]) == (600_000, None)
    assert [(one["first"], one["last"]) for one in found["graces"]] == [("2026-12-24", "2026-12-30")]
    assert (found["standing"]["outstanding_fen"], found["standing"]["bucket"]) == (47_596_000, "M0")


def test_every_entry_about_it_stands_there_and_the_log_holds(story: Story, company: Company, out: Path) -> None:
    store = company.runtime.store
    found = exported(company, story.number, out)
    with store.read() as session:
        rows = {row.seq: row for row in session.scalars(select(AuditRow))}
        whole = audit.verify(session, store.vault)
    assert isinstance(whole, Intact)
    chain, entries = found["chain"], found["audit"]
    assert (chain["holds"], chain["entries"], chain["head"]) == (True, whole.rows - 1, whole.rows - 1)
    assert chain["hash"] == rows[chain["head"]].hash.hex(), "the export's own entry comes behind it"
    about = {f"application:{story.number}", "lead:1", *(f"task:{one['number'][1:]}" for one in found["tasks"])}
    wanted = [seq for seq, row in sorted(rows.items()) if row.subject in about and row.action != "audit:exported"]
    assert [one["seq"] for one in entries] == wanted
    for one in entries:
        row = rows[one["seq"]]
        assert (one["action"], one["subject"], one["hash"]) == (row.action, row.subject, row.hash.hex())
        assert one["details"] == json.loads(row.details, parse_int=_as_exported)
        assert one["holds"] is True
    (override,) = [one for one in entries if one["action"] == "risk:overridden"]
    assert override["by"]["name"] == "阿古拉"


def test_what_was_sent_is_told_and_not_its_content(story: Story, company: Company, out: Path) -> None:
    found = exported(company, story.number, out)
    to = {(one["screen"], one["to"]["name"]) for one in found["cards"]}
    assert {("screening", "巴特尔·孟和"), ("task", "刘芳"), ("task", "何静")} <= to
    sent = [one for one in found["messages"] if one["kind"] == "show" and one["screen"] == "task"]
    assert sent
    assert {one["state"] for one in found["messages"]} <= {"sent", "superseded"}
    assert all(one["sent_at"] for one in sent if one["state"] == "sent")
    assert {key for one in found["messages"] for key in one}.isdisjoint({"body", "content", "text", "args"})


def test_nothing_of_the_customer_is_in_clear_unless_it_is_wanted(story: Story, company: Company, out: Path) -> None:
    secrets = [NAME, "刘志强", "乌力吉", PHONE, ID_NUMBER, CODE]
    exported(company, story.number, out, reason=f"给 {NAME} 看")
    for file in out.iterdir():
        assert [each for each in secrets if each in file.read_text(encoding="utf-8")] == []
    exported(company, story.number, out, full=True, reason="监管检查", force=True)
    for file in out.iterdir():
        assert [each for each in secrets if each not in file.read_text(encoding="utf-8")] == []


def test_each_export_is_written_down(story: Story, company: Company, out: Path) -> None:
    exported(company, story.number, out)
    first = {name: (out / name).read_bytes() for name in os.listdir(out) if name.startswith("A")}
    exported(company, story.number, out, full=True, reason=f"检查，联系人 {NAME} {PHONE}", force=True)
    masked, full = (json.loads(row.details) for row in logged(company, "audit:exported"))
    assert (masked["full"], full["full"]) == (False, True)
    assert "reason" not in masked
    assert full["reason"] == "检查，联系人 刘**·乌** 139****0001"
    for name, content in first.items():
        assert masked[name.rpartition(".")[2]] == hashlib.sha256(content).hexdigest()
    again = exported(company, story.number, out, force=True)["audit"]
    assert [one["action"] for one in again].count("audit:exported") == 2
    with company.runtime.store.read() as session:
        assert isinstance(audit.verify(session, company.runtime.store.vault), Intact)


@ON_ONE_DATABASE
def test_in_full_wants_a_reason(story: Story, company: Company, out: Path) -> None:
    with pytest.raises(Unready, match="要写原因"):
        exported(company, story.number, out, full=True, reason=" ")
    assert not list(out.glob("A*"))
    assert logged(company, "audit:exported") == []


@pytest.mark.parametrize(("what", "told"), [("action", "被改动"), ("gone", "缺失")])
def test_a_log_that_was_altered_is_told(story: Story, company: Company, out: Path, what: str, told: str) -> None:
    (row,) = logged(company, "risk:overridden")
    with company.runtime.store.database.write() as session:
        if what == "action":
            session.execute(update(AuditRow).where(AuditRow.seq == row.seq).values(actor_id=10))
        else:
            session.execute(delete(AuditRow).where(AuditRow.seq == row.seq))
    with pytest.raises(Unready, match=f"第 {row.seq} 条记录{told}。导出的文件里已写明"):
        exported(company, story.number, out)
    found = json.loads((out / f"A{story.number}.json").read_text(encoding="utf-8"))
    assert (found["chain"]["holds"], found["chain"]["first_wrong"]) == (False, row.seq)
    assert {one["seq"]: one["holds"] for one in found["audit"]} == {
        one["seq"]: one["seq"] < row.seq for one in found["audit"]
    }
    assert f"操作日志不完整：第 {row.seq} 条记录{told}" in page(out, story.number)


@pytest.mark.parametrize(
    ("done", "told"), [("DELETE FROM audit_head", "链头不见了"), ("DELETE FROM audit", "操作日志被清空")]
)
@ON_ONE_DATABASE
def test_a_log_that_was_cut_off_is_told(story: Story, company: Company, out: Path, done: str, told: str) -> None:
    with company.runtime.store.database.write() as session:
        session.execute(text(done))
    with pytest.raises(Unready, match=told):
        exported(company, story.number, out)
    found = json.loads((out / f"A{story.number}.json").read_text(encoding="utf-8"))
    assert found["chain"]["holds"] is False
    assert told in page(out, story.number)


@ON_ONE_DATABASE
def test_an_entry_that_the_program_did_not_write_stands_there(story: Story, company: Company, out: Path) -> None:
    (row,) = logged(company, "risk:overridden")
    with company.runtime.store.database.write() as session:
        session.execute(text("UPDATE audit SET hash = 'x' WHERE seq = :seq"), {"seq": row.seq})
    with pytest.raises(Unready, match="被改动"):
        exported(company, story.number, out)
    found = json.loads((out / f"A{story.number}.json").read_text(encoding="utf-8"))
    damaged = next(one for one in found["audit"] if one["seq"] == row.seq)
    assert (damaged["at"], damaged["holds"]) == (None, False)


@ON_ONE_DATABASE
def test_a_record_that_gives_another_result_is_told(story: Story, company: Company, out: Path) -> None:
    vault = company.runtime.store.vault
    with company.runtime.store.database.write() as session:
        row = session.scalars(select(RiskDecision).where(RiskDecision.id == 2)).one()
        facts = json.loads(vault.open(inputs_place(2), row.inputs)) | {"overdue_now": 5000.0}
        session.execute(
            update(RiskDecision)
            .where(RiskDecision.id == 2)
            .values(inputs=vault.seal(inputs_place(2), json.dumps(facts)))
        )
    found = exported(company, story.number, out)["risk"]
    assert [one["replay"] for one in found][:3] == ["same", "other", "same"]
    assert "结果不同：记录被改过" in page(out, story.number)


@ON_ONE_DATABASE
def test_what_does_not_open_is_told_where_it_stands(story: Story, company: Company, out: Path) -> None:
    foreign = Vault(b"x" * 32).seal("somewhere", "else")
    with company.runtime.store.database.write() as session:
        session.execute(update(Application).values(values=foreign))
        session.execute(update(Customer).values(name=foreign, phone=foreign))
        session.execute(update(RiskDecision).where(RiskDecision.id == 1).values(inputs=foreign))
        session.execute(update(Task).where(Task.opinion.is_not(None)).values(opinion=foreign))
    with pytest.raises(Unready, match="：填写的内容。导出的文件里已写明"):
        exported(company, story.number, out)
    found = json.loads((out / f"A{story.number}.json").read_text(encoding="utf-8"))
    sealed = {"unreadable": True}
    assert found["values"] == sealed
    assert (found["customer"][0]["name"], found["customer"][0]["phone"]) == (sealed, sealed)
    assert found["tasks"][0]["reason"] == sealed
    assert [one["replay"] for one in found["risk"]][:2] == ["unopened", "same"]
    assert found["payouts"][0]["amount_fen"] == 48_000_000
    assert page(out, story.number).count("解不开（密钥已停用，或数据被动过）") >= 4


@ON_ONE_DATABASE
def test_versions_that_cannot_be_read_keep_nothing_away(story: Story, company: Company, out: Path) -> None:
    with company.runtime.store.database.write() as session:
        session.execute(update(Definition).values(body="{}"))
    definitions._things.clear()
    try:
        found = exported(company, story.number, out)
    finally:
        definitions._things.clear()
    assert {one["replay"] for one in found["risk"]} == {"no_policy"}
    assert found["steps"][0]["node"] == {"key": "risk_review", "name": "risk_review"}
    assert next(one for one in found["values"] if one["key"] == "monthly_income")["value"] == 9_000_000


@ON_ONE_DATABASE
def test_the_page_runs_nothing_whatever_somebody_is_called(company: Company, out: Path) -> None:
    evil = '<script>alert("1")</script>'
    number = hand_in(company, name="刘志强")
    company.person("batu").say(f"评论 L1 {evil} =HYPERLINK(1)")
    with company.runtime.store.database.write() as session:
        row = session.scalars(select(Customer)).one()
        session.execute(
            update(Customer).values(name=company.runtime.store.vault.seal(name_place(row.id), f"{evil}·强"))
        )
        session.execute(update(Lead).values(channel=f"'{evil}"))
        session.execute(update(Person).where(Person.wecom_userid == "batu").values(name=f"<b>{evil}</b>"))
    exported(company, number, out, full=True, reason=evil)
    shown = page(out, number)
    assert "<script" not in shown.replace(evil.replace("<", "&lt;"), "")
    assert "&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;" in shown
    for outside in ("http:", "https:", "src=", "url(", "@import", "javascript:"):
        assert outside not in shown
    assert "default-src 'none'" in shown


@ON_ONE_DATABASE
def test_the_files_are_for_one_reader_and_no_other_is_replaced(story: Story, company: Company, out: Path) -> None:
    there = out / f"A{story.number}.html"
    there.write_text("mine")
    with pytest.raises(Unready, match=f"{there} 已经有了，没有覆盖"):
        exported(company, story.number, out)
    assert there.read_text() == "mine"
    assert logged(company, "audit:exported") == []
    exported(company, story.number, out, force=True)
    made = list(out.iterdir())
    assert {each.name for each in made} == {f"A{story.number}.json", f"A{story.number}.html"}
    assert {stat.S_IMODE(each.stat().st_mode) for each in made} == {0o600}


@ON_ONE_DATABASE
def test_a_full_disk_leaves_nothing(story: Story, company: Company, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = []

    def full(descriptor: int) -> None:
        written.append(descriptor)
        if len(written) == 2:  # the second file
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(writing.os, "fsync", full)
    with pytest.raises(OSError, match="No space left") as told:
        exported(company, story.number, out)
    assert list(out.iterdir()) == []
    assert explain(told.value) == (f"{out}：磁盘已满。请清理磁盘后再试。", 1)


@ON_ONE_DATABASE
def test_a_folder_that_is_not_there_is_told(story: Story, company: Company, out: Path) -> None:
    with pytest.raises(OSError, match="No such file") as told:
        exported(company, story.number, out / "nowhere")
    said = explain(told.value)
    assert said is not None
    assert str(out / "nowhere") in said[0]
    assert logged(company, "audit:exported") == []


@pytest.mark.parametrize("number", ["A99", "L1", "", "刘志强"])
@ON_ONE_DATABASE
def test_an_unknown_number_is_told(company: Company, out: Path, number: str) -> None:
    with pytest.raises(Unready, match=f"没有进件 {number}"):
        list(export_application(company.runtime.settings, number, Wanted(out)))


@ON_ONE_DATABASE
def test_the_post_is_the_one_of_then(story: Story, company: Company, out: Path) -> None:
    store = company.runtime.store
    with store.unit(request_id="test") as unit:
        agula = unit.session.scalars(select(Person).where(Person.wecom_userid == "agula")).one()
        was = agula.department.path
        agula.roles = "finance"
        told = {"old": "risk", "new": "finance", "old_department": was, "new_department": was}
        unit.record(None, "people:rights", f"person:{agula.id}", **told)
    found = exported(company, story.number, out)
    assert found["tasks"][0]["acted_by"]["roles"] == ["risk"]
    assert next(one for one in found["people"] if one["name"] == "阿古拉")["roles"] == ["finance"]


@ON_ONE_DATABASE
def test_the_configurations_that_were_in_force(company: Company, out: Path) -> None:
    number = hand_in(company)
    began = company.clock()
    with company.runtime.store.database.write() as session:
        for place, minutes in enumerate((-20, -10, 5), 1):
            at = began + timedelta(minutes=minutes)
            session.add(ConfigVersion(number=place, at=at, by="root", digest=f"{place}" * 64, files="{}"))
    found = exported(company, number, out)["versions"]
    assert [(one["number"], one["by"]) for one in found if one["what"] == "config"] == [(2, "root"), (3, "root")]


@ON_ONE_DATABASE
def test_entries_about_the_customer_at_another_lead_of_his(company: Company, out: Path) -> None:
    number, store = hand_in(company), company.runtime.store
    wuyun, pools = company.person("wuyun").actor, company.runtime.company.pools
    with store.unit(request_id="test") as unit:
        unit.session.execute(update(Lead).values(state="closed"))
        other = add_lead(unit, wuyun, NewLead("刘志强", "13947100001", "抖音"), pools)
        assert isinstance(other, Added)
        unit.record(None, "customer:complete", f"lead:{other.lead_id}", number="phone")
    entries = exported(company, number, out)["audit"]
    there = {one["action"] for one in entries if one["subject"] == f"lead:{other.lead_id}"}
    assert there == {"customer:complete"}


@ON_ONE_DATABASE
def test_a_section_more_is_one_line(company: Company) -> None:
    number, store = hand_in(company), company.runtime.store
    more = sections.Section("consents", "授权", lambda each: each.people())
    with store.snapshot() as session:
        now = company.runtime.company
        begun = reading.begin(session, store.vault, number, store.clock(), Means(now.tagging, now.pools))
        assert begun is not None
        *_, part = sections.read(begun, (*sections.SECTIONS, more))
    assert part.section.key == "consents"


@ON_ONE_DATABASE
def test_the_papers_with_the_digest_of_each_file(company: Company, out: Path) -> None:
    number, by = hand_in(company), company.person("batu").actor.id
    store, files = company.runtime.store, Files(company.runtime.settings.var_dir / "media")
    at, digest, key = company.clock(), hashlib.sha256(b"a picture").hexdigest(), new_key()
    files.write(2**60, key, b"a picture")
    medium = {"lead_id": 1, "person_id": by, "channel": "wecom", "kind": "picture", "received_at": at}
    kept = {"id": 2**60, "state": "kept", "type": "jpg", "size": 9, "digest": digest}
    kept["key"] = store.vault.seal(key_place(2**60), key)
    with company.runtime.store.database.write() as session:
        session.execute(insert(Medium).values(**medium, **kept))
        put = {"application_id": number, "key": "id_card", "medium_id": 2**60, "by_id": by, "at": at}
        session.execute(insert(ApplicationDocument).values(put))
        form = session.scalars(select(Definition).where(Definition.kind == "form")).one()
        listed = {"key": "id_card", "name": "身份证正反面", "products": [], "when": "", "stage": "first_review"}
        form.body = json.dumps(
            json.loads(form.body) | {"documents": [listed, listed | {"key": "deed", "name": "房产证"}]}
        )
    definitions._things.clear()
    try:
        there, lacking = exported(company, number, out)["papers"]
        files.write(2**60, key, b"another picture")
        other, _ = exported(company, number, out, force=True)["papers"]
        files.delete(2**60)
        gone, _ = exported(company, number, out, force=True)["papers"]
    finally:
        definitions._things.clear()
    assert (there["name"], there["medium"], there["state"]) == ("身份证正反面", str(2**60), "kept")
    assert (there["put_by"]["name"], there["before_stage"]["name"]) == ("巴特尔·孟和", "初审")
    assert {one["sha256"] for one in (there, other, gone)} == {digest}
    assert [one["file"] for one in (there, other, gone)] == ["same", "other", "gone"]
    assert (lacking["name"], lacking["wanted"], lacking["medium"]) == ("房产证", True, None)
    assert digest in page(out, number)


@ON_ONE_DATABASE
def test_what_was_told_because_time_ran_out(company: Company, out: Path) -> None:
    number = hand_in(company)
    company.clock.now += timedelta(days=1, minutes=40)  # ten minutes after eight working hours
    company.runtime.deadlines.round()
    told = exported(company, number, out)["reminders"]
    assert ("superior", "done") in {(one["does"], one["came"]) for one in told}
    assert {one["person"]["name"] for one in told} == {"刘芳", "朝鲁·门德"}
    assert "抄送上级" in page(out, number)


@ON_ONE_DATABASE
def test_what_the_officer_was_told_of_instalments(story: Story, company: Company, out: Path) -> None:
    company.clock.now = company.clock.now.replace(month=12, day=22)
    company.person("batu").say("待办")  # so that the clock is believed
    company.runtime.repayments.round()
    told = exported(company, story.number, out)["due_reminders"]
    assert [(one["due"], one["what"], one["said"]) for one in told] == [("2026-12-24", "d3", "3 天后到期")]


@ON_ONE_DATABASE
def test_a_part_whose_rows_were_altered_keeps_nothing_else_away(story: Story, company: Company, out: Path) -> None:
    with company.runtime.store.database.write() as session:
        session.execute(update(Application).values(state="gestern"))
        session.execute(update(RepaymentPlan).values(method="never"))
    with pytest.raises(Unready, match="：进件、还款情况、还款计划。导出的文件里已写明"):
        exported(company, story.number, out)
    found = json.loads((out / f"A{story.number}.json").read_text(encoding="utf-8"))
    assert [found[key] for key in ("application", "standing", "plans")] == [{"unreadable": True}] * 3
    assert found["repayments"][1]["amount_fen"] == 600_000
    assert "解不开（密钥已停用，或数据被动过）" in page(out, story.number)
