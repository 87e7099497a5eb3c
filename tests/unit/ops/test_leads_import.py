"""`tuoling leads import`: what comes in, what does not and why, and that nothing comes in twice."""

import errno
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from kit.company import SECRETS, Company
from kit.invariants import Planted, assert_kept
from leads_kit import HEAD, lead_file, person, results
from ops_kit import Command
from sqlalchemy import func, select

from bot import commands_leads, leadsfile
from bot.commands_leads import import_leads_file
from bot.explain import Unready
from bot.sandbox.seed import PEOPLE_FILE
from config.settings import Settings, load_settings
from core.leads.imported import LINES
from core.leads.models import Customer, Lead, Ownership, Touch
from core.privacy import Vault
from core.store.audit import AuditRow
from core.store.database import Database
from core.store.unit import Store

Tuoling = Callable[..., Result]
NAME, PHONE, ID_NUMBER = "巴特尔·孟和", "13947100001", "152201197305192204"


@pytest.fixture
def settings(company: Company) -> Settings:
    """The company's settings, as a command at its terminal reads them."""
    url, var = company.runtime.settings.database_url, str(company.runtime.settings.var_dir)
    return load_settings(
        SECRETS | {"TUOLING_ENV": "test", "TUOLING_DATABASE_URL": url, "TUOLING_VAR_DIR": var}, env_file=None
    )


@pytest.fixture
def store(environ: dict[str, str]) -> Store:
    """The database of the installation that the commands work on."""
    key = load_settings({name: value for name, value in environ.items() if name.startswith("TUOLING")}, env_file=None)
    return Store(Database(environ["TUOLING_DATABASE_URL"]), Vault(*key.master_keys()))


def counts(store: Store) -> tuple[int, ...]:
    """Customers, leads, touches, rows of history."""
    with store.read() as session:
        return tuple(
            session.scalar(select(func.count()).select_from(table)) or 0 for table in (Customer, Lead, Touch, Ownership)
        )


def said(settings: Settings, file: Path, **more: Any) -> list[str]:
    return list(import_leads_file(settings, file, **more))


def test_each_line_is_taken_or_refused_by_name(settings: Settings, company: Company, tmp_path: Path) -> None:
    file = lead_file(
        tmp_path / "线索.csv",
        [
            (NAME, f"+86 {PHONE[:3]}-{PHONE[3:]}", ID_NUMBER, "抖音来的", "呼市新城区", "房屋抵押", "20-30万", "急用"),
            ("李小红", "13947100002"),
            ("", "123", "15220119730519220", "", "北京", "手机", "50", "密码是123456"),
            (),
            ("李小红", "13947100002", "", "快手"),
            ("王小明", "13947100003", "", "", "", "", "", "", "多出来"),
        ],
    )
    assert said(settings, file) == [
        f"导入完成：新增 2 条，已存在、记为再次来访 1 条，未导入 2 条。每一行的结果见 {file}.结果.csv"
    ]
    assert results(file) == [
        ["2", "已导入", "L1", "", ""],
        ["3", "已导入", "L2", "", ""],
        ["4", "未导入", "", "姓名", "不能为空"],
        ["4", "未导入", "", "手机号", "应是 11 位手机号，这里有 3 位数字"],
        ["4", "未导入", "", "身份证号", "应是 18 位，这里是 17 位"],
        ["4", "未导入", "", "地区", "不认识「北京」，请写内蒙古的盟市或旗县区，有重名的把盟市写在前面"],
        ["4", "未导入", "", "产品", "不认识「手机」，可以写 房抵、车抵、信用、经营"],
        ["4", "未导入", "", "金额", "没看懂「50」，请写成 50万 或 500000 这样"],
        ["4", "未导入", "", "备注", "里像有密码或验证码，不能保存，请去掉"],
        ["6", "已存在 L2，记为再次来访", "L2", "", ""],
        ["7", "未导入", "", "", "格子比表头多；内容里有逗号的，两边加半角双引号"],
    ]
    store = company.runtime.store
    with store.read() as session:
        lead = session.scalars(select(Lead).where(Lead.id == 1)).one()
        entries = session.execute(select(AuditRow.action, AuditRow.actor_id, AuditRow.channel)).all()[1:]
        counted = session.scalars(select(AuditRow.details).where(AuditRow.action == "lead:import")).one()
        channels = session.scalars(select(Touch.channel).order_by(Touch.id)).all()
    assert (lead.pool, lead.owner_id, lead.channel, lead.amount_fen) == ("hohhot", None, "抖音", 30_000_000)
    assert channels == ["抖音", "文件导入", "快手"]
    assert [tuple(entry) for entry in entries[-4:]] == [
        ("lead:add", None, "cli"),
        ("lead:add", None, "cli"),
        ("lead:touch", None, "cli"),
        ("lead:import", None, "cli"),
    ]
    assert counted == '{"added":2,"again":1,"before":0,"refused":2}'
    assert_kept(store, planted=Planted(phones=(PHONE,), id_numbers=(ID_NUMBER,)))
    written = file.with_name(f"{file.name}.结果.csv").read_text(encoding="utf-8")
    assert not any(value in written for value in (NAME, PHONE, ID_NUMBER))


def test_a_firm_is_known_by_its_credit_code_and_what_is_spoken_is_kept(
    settings: Settings, company: Company, tmp_path: Path
) -> None:
    head, code = ("姓名", "手机", "统一社会信用代码", "客户语言"), "91150100MA0N12345T"
    rows = [("草原牧业", PHONE, code, "蒙语"), ("草原牧业", "13947100002", code.lower(), "蒙语、汉语")]
    file = lead_file(tmp_path / "a.csv", rows, head)
    assert "新增 1 条，已存在、记为再次来访 1 条" in said(settings, file)[0]
    assert [row[1] for row in results(file)] == ["已导入", "已存在 L1，记为再次来访"]
    with company.runtime.store.read() as session:
        assert session.scalars(select(Lead.language)).all() == ["mongolian"]
    assert code not in file.with_name(f"{file.name}.结果.csv").read_text(encoding="utf-8")
    assert_kept(company.runtime.store)


def test_run_again_nothing_is_doubled_and_the_same_is_said(
    settings: Settings, company: Company, tmp_path: Path
) -> None:
    file = lead_file(tmp_path / "a.csv", [person(1), person(2), ("坏", "1"), person(1, "快手")])
    said(settings, file)
    first, store = results(file), company.runtime.store
    before = counts(store)
    assert "以前已从这个文件导入 3 条，没有再记" in said(settings, file)[0]
    assert (results(file), counts(store)) == (first, before)
    other = file.rename(tmp_path / "b.csv")  # a file is its content
    assert "以前已从这个文件导入 3 条" in said(settings, other, channel="抖音")[0]
    assert counts(store) == before
    assert_kept(store)


def test_the_owner_of_many_customers_who_came_again_gets_one_message(
    settings: Settings, company: Company, tmp_path: Path
) -> None:
    leads = [company.lead(by="batu", phone=person(number)[1]) for number in range(7)]
    company.lead(by="lina", phone=person(8)[1])
    company.settle()
    batu, lina = company.person("batu"), company.person("lina")
    file = lead_file(tmp_path / "a.csv", [person(number) for number in range(9)] + [person(0)])
    before = company.so_far
    said(settings, file)
    said(settings, file)
    company.settle()
    heard = batu.heard_since(before)
    named = "、".join(f"L{lead}" for lead in leads[:5])
    assert heard.texts == [f"公司导入的线索里，您的客户有 8 次再次来访：{named}等。发「客户 L{leads[0]}」查看。"]
    assert (heard.cards, len(lina.heard_since(before).texts)) == ([], 1)
    assert_kept(company.runtime.store, company.platform.journal)


def test_a_dry_run_says_what_would_become_of_each_line_and_writes_nothing(
    settings: Settings, company: Company, tmp_path: Path
) -> None:
    lead = company.lead(by="batu", phone=person(1)[1])
    before = counts(company.runtime.store)
    file = lead_file(tmp_path / "a.csv", [person(1), person(2), ("坏", "1")])
    assert said(settings, file, dry_run=True)[0].startswith(
        "试导入，什么也没有写：可以导入 1 条，已存在、会记为再次来访 1 条，未导入 1 条。"
    )
    assert [row[1] for row in results(file)] == [f"已存在 L{lead}，会记为再次来访", "可以导入", "未导入"]
    assert counts(company.runtime.store) == before
    with company.runtime.store.read() as session:
        assert not session.scalars(select(AuditRow).where(AuditRow.action == "lead:import")).all()


def test_a_channel_for_the_lines_that_name_none(settings: Settings, company: Company, tmp_path: Path) -> None:
    file = lead_file(tmp_path / "a.csv", [person(1), person(2, "快手")])
    said(settings, file, channel="抖音投流")
    with company.runtime.store.read() as session:
        assert session.scalars(select(Lead.channel).order_by(Lead.id)).all() == ["抖音", "快手"]
    for wrong in ("", "长" * 31):
        with pytest.raises(Unready, match="--channel"):
            said(settings, file, channel=wrong)


def test_columns_in_any_order_and_those_that_nobody_knows(tuoling: Tuoling, tmp_path: Path) -> None:
    head = ("广告计划", "PHONE", "=cmd", "姓名", "来源")
    file = lead_file(tmp_path / "a.csv", [("x", person(1)[1], "y", "刘志强", "百度")], head)
    result = tuoling("leads", "import", str(file))
    assert result.stdout.splitlines()[0] == "没有用到的列：广告计划、=cmd。"
    assert "新增 1 条" in result.stdout


HEADS = {
    "no phone": (("姓名", "金额"), "缺少 手机号（phone）"),
    "twice": (("姓名", "手机", "电话"), "重复了 手机号（phone）"),
    "nothing": ((), "是空的"),
}


@pytest.mark.parametrize(("head", "why"), HEADS.values(), ids=HEADS)
def test_a_file_that_is_no_table_of_leads_is_refused_whole(
    tuoling: Tuoling, tmp_path: Path, head: tuple[str, ...], why: str
) -> None:
    result = tuoling("leads", "import", str(lead_file(tmp_path / "a.csv", [], head)))
    assert (result.exit_code, why in result.stderr) == (1, True)
    assert not (tmp_path / "a.csv.结果.csv").exists()


def test_what_stands_before_a_quote_that_is_not_closed_is_taken(tuoling: Tuoling, tmp_path: Path, store: Store) -> None:
    file = lead_file(tmp_path / "a.csv", [person(number) for number in range(700)])
    with file.open("a", encoding="utf-8") as out:
        out.write('刘志强,"13800001111\n')
    result = tuoling("leads", "import", str(file))
    assert result.exit_code == 1
    assert "第 702 行的半角双引号不成对" in result.stderr
    assert "新增 700 条" in result.stdout
    assert counts(store)[1] == len(results(file)) == 700


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＠SUM(A1)"])
def test_formulas_do_not_run_in_the_result_file(text: str) -> None:
    """Whatever comes to stand in it: today no cell begins with what stood in the file."""
    assert commands_leads._cells(1, "未导入", text) == ["1", "未导入", f"'{text}"]


@pytest.mark.parametrize("point", ["before_commit:2", "after_commit:2", "before_commit:4"])
def test_killed_at_any_moment_and_run_again_nothing_is_lost_or_doubled(
    start: Callable[..., Command], tmp_path: Path, store: Store, point: str
) -> None:
    people = [person(number) for number in range(LINES)]
    file = lead_file(tmp_path / "a.csv", [*people, *people, ("坏", "1"), *people])
    killed = start("leads", "import", str(file), TUOLING_STOP_AT=point)
    assert killed.ends(60) == -signal.SIGKILL
    again = start("leads", "import", str(file))
    assert (again.ends(60), again.err) == (1, ""), "one line is refused"
    rows = results(file)
    assert counts(store) == (LINES, LINES, 3 * LINES, LINES)
    assert [int(row[0]) for row in rows] == list(range(2, 3 * LINES + 3))
    leads = [row[2] for row in rows if row[2]]
    assert leads[:LINES] == leads[LINES : 2 * LINES] == leads[2 * LINES :]
    assert_kept(store, settled=False)
    assert start("leads", "import", str(file)).ends(60) == 1
    assert (counts(store)[2], results(file)) == (3 * LINES, rows)


def test_an_imported_lead_is_claimed_like_any_other(settings: Settings, company: Company, tmp_path: Path) -> None:
    said(settings, lead_file(tmp_path / "a.csv", [person(1, "", "呼市新城区")]))
    assert "已领取" in company.person("batu").say("领取 L1").card.title


def test_the_people_file_is_no_leads_file(tuoling: Tuoling) -> None:
    result = tuoling("leads", "import", str(PEOPLE_FILE))
    assert "缺少 手机号（phone）" in result.stderr
    assert all(head in result.stderr for head in HEAD)


@pytest.mark.parametrize("dry_run", [(), ("--dry-run",)])
@pytest.mark.parametrize(("phone", "code"), [("13947100002", 0), ("1394710", 1)])
def test_a_script_sees_that_lines_were_refused(
    tuoling: Tuoling, tmp_path: Path, phone: str, code: int, dry_run: tuple[str, ...]
) -> None:
    file = lead_file(tmp_path / "a.csv", [person(1), ("李小红", phone)])
    result = tuoling("leads", "import", str(file), *dry_run)
    assert result.exit_code == code
    assert f"未导入 {code} 条" in result.stdout
    assert result.stderr == ""


def test_a_file_that_changes_under_the_import_is_taken_as_it_was(
    settings: Settings, company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Was: lines of the new content were booked as the old file's, and the old file's were then held to be taken."""
    before, after = [person(number) for number in range(3 * LINES)], [person(9000 + n) for n in range(3 * LINES)]
    file, real = lead_file(tmp_path / "a.csv", before), commands_leads.imported.take_lines

    def take(*args: Any) -> object:
        lead_file(file, after)
        return real(*args)

    monkeypatch.setattr(commands_leads.imported, "take_lines", take)
    assert f"新增 {3 * LINES} 条" in said(settings, file)[0]
    monkeypatch.undo()
    assert f"新增 {3 * LINES} 条" in said(settings, file)[0], "the new content is another file"
    assert f"以前已从这个文件导入 {3 * LINES} 条" in said(settings, lead_file(file, before))[0]
    assert counts(company.runtime.store)[:3] == (6 * LINES,) * 3


def test_a_file_that_is_being_written_is_not_begun(
    settings: Settings, company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, real = lead_file(tmp_path / "a.csv", [person(1)]), leadsfile.shutil.copyfileobj

    def copy(*args: Any) -> None:
        real(*args)
        with file.open("a", encoding="utf-8") as out:
            out.write("李小红,13947100002\n")

    monkeypatch.setattr(leadsfile.shutil, "copyfileobj", copy)
    with pytest.raises(Unready, match="正在被改动，什么也没有导入"):
        said(settings, file)
    assert counts(company.runtime.store)[0] == 0


def test_what_could_not_be_written_leaves_nothing_behind(
    settings: Settings, company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is it written through a link that somebody put there, and the copy of the file is gone."""
    (tmp_path / "to").mkdir()
    file, victim = lead_file(tmp_path / "to" / "a.csv", [person(1)]), tmp_path / "victim"
    victim.write_text("x", encoding="utf-8")
    result = file.with_name("a.csv.结果.csv")
    result.with_name(f"{result.name}.part").symlink_to(victim)
    result.symlink_to(victim)

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(commands_leads.os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        said(settings, file)
    monkeypatch.undo()
    there = {each.name for each in file.parent.iterdir()}
    assert there == {"a.csv", result.name, f"{result.name}.part"}
    said(settings, file)
    assert (victim.read_text(encoding="utf-8"), result.is_symlink()) == ("x", False)
    assert {each.name for each in file.parent.iterdir()} == there
    assert not [each for each in settings.var_dir.iterdir() if each.is_file() and "db" not in each.name]


def test_a_folder_in_the_place_of_the_result_is_told_before_anything_is_taken(
    settings: Settings, company: Company, tmp_path: Path
) -> None:
    file = lead_file(tmp_path / "a.csv", [person(1)])
    (tmp_path / "a.csv.结果.csv").mkdir()
    with pytest.raises(Unready, match="是一个文件夹"):
        said(settings, file)
    assert counts(company.runtime.store)[0] == 0
