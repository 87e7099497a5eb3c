"""People who leave and come back: what the commands say and do, and what is left for the leaver in chat."""

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from kit.company import SECRETS, Company
from sqlalchemy import select

from bot.commands_people import import_people_file, mark_leaver
from bot.explain import Unready
from bot.sandbox.seed import PEOPLE_FILE
from config.settings import Settings, load_settings
from core.store.audit import AuditRow
from core.store.outbox import OutboxRow

Tuoling = Callable[..., Result]
HEAD, *LINES = PEOPLE_FILE.read_text(encoding="utf-8").splitlines()


@pytest.fixture
def people_file(tmp_path: Path) -> Callable[..., Path]:
    """The sample company's people file without the people of these user ids."""

    def made(*without: str) -> Path:
        kept = [line for line in LINES if line.split(",")[3] not in without]
        file = tmp_path / "people.csv"
        file.write_text("\n".join([HEAD, *kept]), encoding="utf-8")
        return file

    return made


@pytest.fixture
def settings(company: Company) -> Settings:
    """The company's settings, as a command at its terminal reads them."""
    url = company.runtime.settings.database_url
    return load_settings(SECRETS | {"TUOLING_ENV": "test", "TUOLING_DATABASE_URL": url}, env_file=None)


def test_who_is_not_in_the_file_is_named_and_stays(tuoling: Tuoling, people_file: Callable[..., Path]) -> None:
    tuoling("people", "import", str(PEOPLE_FILE))
    result = tuoling("people", "import", str(people_file("batu", "lina")))
    assert result.stdout.splitlines() == [
        "导入完成：新增 0 人，更新 0 人，未变 21 人。",
        "在职、但不在文件里 2 人：李娜（lina）、巴特尔·孟和（batu）。",
        "离职的请运行 tuoling people leave 账号；都离职了，就带上 --leavers 再导入一次。",
    ]
    assert "在职、但不在文件里" not in tuoling("people", "import", str(PEOPLE_FILE)).stdout


def test_leavers_are_named_and_then_marked(tuoling: Tuoling, people_file: Callable[..., Path]) -> None:
    tuoling("people", "import", str(PEOPLE_FILE))
    result = tuoling("people", "import", str(people_file("batu", "wulei")), "--leavers")
    assert result.stdout.splitlines()[1:] == [
        "在职、但不在文件里 2 人：巴特尔·孟和（batu）、吴磊（wulei）。",
        "巴特尔·孟和（batu）已标为离职，从现在起不再应答。名下没有线索。",
        "吴磊（wulei）已标为离职，从现在起不再应答。名下没有线索。",
    ]
    again = tuoling("people", "import", str(people_file("batu", "wulei")), "--leavers").stdout
    assert again == "导入完成：新增 0 人，更新 0 人，未变 21 人。\n"
    back = tuoling("people", "import", str(PEOPLE_FILE)).stdout.splitlines()
    assert back == [
        "导入完成：新增 0 人，更新 2 人，未变 21 人。",
        "重新在职 2 人：巴特尔·孟和（batu）、吴磊（wulei）。",
    ]


def test_a_refused_file_marks_nobody(tuoling: Tuoling, tmp_path: Path) -> None:
    tuoling("people", "import", str(PEOPLE_FILE))
    file = tmp_path / "people.csv"
    file.write_text(f"{HEAD}\n张三,一部,king,zhangsan,,,\n", encoding="utf-8")
    assert tuoling("people", "import", str(file), "--leavers").exit_code == 1
    assert "未变 23 人" in tuoling("people", "import", str(PEOPLE_FILE)).stdout


def test_an_empty_file_marks_nobody(tuoling: Tuoling, tmp_path: Path) -> None:
    """An export gone wrong must not silence the whole company."""
    tuoling("people", "import", str(PEOPLE_FILE))
    file = tmp_path / "people.csv"
    for content in (HEAD, f"{HEAD}\n\n,,,,,,\n"):
        file.write_text(content, encoding="utf-8")
        for more in ([], ["--leavers"], ["--leavers", "--confirm", "23"]):
            result = tuoling("people", "import", str(file), *more)
            assert (result.exit_code, result.stdout) == (1, "")
            assert "people.csv 只有表头，一个人也没有" in result.stderr
    assert "未变 23 人" in tuoling("people", "import", str(PEOPLE_FILE)).stdout


def test_the_last_administrator_does_not_leave_with_the_file(
    tuoling: Tuoling, people_file: Callable[..., Path]
) -> None:
    tuoling("people", "import", str(PEOPLE_FILE))
    without = str(people_file("mengke", "wuyun"))
    for more in ([], ["--confirm", "2"]):
        result = tuoling("people", "import", without, "--leavers", *more)
        assert (result.exit_code, result.stdout) == (1, "")
        assert "公司就没有管理员了" in result.stderr
        assert "孟克·苏和（mengke）、乌云·塔娜（wuyun）" in result.stderr
    assert "重新在职" not in tuoling("people", "import", str(PEOPLE_FILE)).stdout


def test_the_last_administrator_does_not_leave_and_the_way_is_told(
    tuoling: Tuoling, people_file: Callable[..., Path], tmp_path: Path
) -> None:
    tuoling("people", "import", str(PEOPLE_FILE))
    assert tuoling("people", "leave", "wuyun").exit_code == 0
    refused = tuoling("people", "leave", "mengke")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.splitlines() == [
        "什么也没有改：孟克·苏和（mengke）是唯一的管理员，标为离职后，公司就没有管理员了。",
        "请先让另一个人当管理员：在人员表里他的 role 一列加上 管理员（与别的角色之间用 |），运行",
        "  tuoling people import 人员表.csv",
        "再运行",
        "  tuoling people leave mengke",
    ]
    file = tmp_path / "changed.csv"
    head, boss, *_ = people_file("wuyun").read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([head, boss.replace("manager|admin", "经理")]), encoding="utf-8")
    refused = tuoling("people", "import", str(file))
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.splitlines()[0] == (
        "changed.csv 第 2 行 role：这样改了以后，公司就没有管理员了；"
        "请先在另一个人的 role 一列加上 管理员（与别的角色之间用 |）"
    )
    file.write_text(f"{HEAD}\n李娜,呼和浩特/一部,经理，管理员,lina,dt_lina,,\n", encoding="utf-8")
    assert tuoling("people", "import", str(file)).exit_code == 0
    assert "（mengke）已标为离职" in tuoling("people", "leave", "mengke").stdout


def test_a_company_without_an_administrator_is_told_of(tuoling: Tuoling, tmp_path: Path) -> None:
    """By the import, which goes on (the file may come in parts), and by doctor."""
    file = tmp_path / "people.csv"
    file.write_text(f"{HEAD}\n李娜,一部,经理,lina,,,\n", encoding="utf-8")
    said = tuoling("people", "import", str(file)).stdout.splitlines()
    assert said == [
        "导入完成：新增 1 人，更新 0 人，未变 0 人。",
        "现在没有在职的管理员。请在文件里给一个人的 role 一列加上 管理员（与别的角色之间用 |），再导入一次。",
    ]
    told = [line for line in tuoling("doctor").stdout.splitlines() if "管理员" in line]
    assert told[0] == "! 管理员：没有在职的管理员，没有人看得到全公司的线索、能在部门之间转移"
    assert "tuoling people import" in told[1]
    file.write_text(f"{HEAD}\n李娜,一部,经理|管理员,lina,,,\n", encoding="utf-8")
    assert len(tuoling("people", "import", str(file)).stdout.splitlines()) == 1
    assert "! 管理员" not in tuoling("doctor").stdout


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ("李娜,呼和浩特，一部,经理,lina,,,", "第 2 行 department：各级部门之间用 /，不用逗号、分号、\\、| 或 >；"
         "一个人只写一个部门，现在是「呼和浩特，一部」"),
        ("李娜,一\x00部,经理,lina,,,", "第 2 行 department：里有看不见的控制字符（U+0000），文件可能损坏了；"
         "请重新导出，或者把这一格删掉重新输入"),
        ("李娜,一部,经\x00理,lina,,,", "第 2 行 role：里有看不见的控制字符（U+0000）"),
        ("李娜,一部,经理,李娜,,,", "第 2 行 wecom_userid：不是账号，账号里只有字母、数字和 - _ . @ "
         "等半角符号，没有空格，现在是「李娜」"),
        ("李娜，一部，经理，lina，，，", "第 2 行只有 1 格，缺少 department 列；空着的格也要用逗号隔开；"
         "各格之间要用半角逗号，这一行里有全角的 ，"),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_told_with_its_place(tuoling: Tuoling, tmp_path: Path, cells: str, said: str) -> None:
    file = tmp_path / "people.csv"
    file.write_text(f"{HEAD}\n{cells}\n", encoding="utf-8")
    refused = tuoling("people", "import", str(file))
    assert refused.exit_code == 1
    assert refused.stderr.startswith(f"people.csv {said}")
    assert refused.stderr.splitlines()[-1] == "有 1 处错误，没有导入任何人。"


def test_a_phone_is_taken_over_and_a_wrong_one_told_of_without_it(tuoling: Tuoling, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    head = "姓名,部门,岗位,企业微信账号,手机号"
    file.write_text(f"{head}\n李娜,一部,管理员,lina,1.39471E+10\n", encoding="utf-8")
    assert tuoling("people", "import", str(file)).stderr.startswith(
        "people.csv 第 2 行 phone：不是手机号：11 位数字；Excel 会把它变成 1.38E+10，请把这一列设成文本；没有就空着\n"
    )
    for said in ("新增 1 人，更新 0 人，未变 0 人", "新增 0 人，更新 0 人，未变 1 人"):
        file.write_text(f"{head}\n李娜,一部,管理员,lina,139 4710 0009\n", encoding="utf-8")
        assert said in tuoling("people", "import", str(file)).stdout


def test_words_and_headings_are_understood_with_what_came_along(tuoling: Tuoling, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    head = HEAD.replace("name,", "\ufeff\ufeffname\u200b,").replace("role", "\u00a0role")
    roles = " 经理\u200b，ａｄｍｉｎ；客户经理/Risk｜财务 "
    file.write_text(f"{head}\n李娜,一部,{roles},lina,,,\n", encoding="utf-8")
    assert tuoling("people", "import", str(file)).stdout == "导入完成：新增 1 人，更新 0 人，未变 0 人。\n"


def test_many_leavers_are_marked_when_their_number_is_confirmed(
    tuoling: Tuoling, people_file: Callable[..., Path], tmp_path: Path
) -> None:
    """More than a third at once; the refusal names them and the command that does it, and changes nothing."""
    tuoling("people", "import", str(PEOPLE_FILE))
    userids = [line.split(",")[3] for line in LINES if "officer" in line.split(",")[2]][:8]
    file = people_file(*userids).rename(tmp_path / "my people.csv")
    file.write_text(file.read_text(encoding="utf-8").replace("财务主管", "财务总监"), encoding="utf-8")
    refused = tuoling("people", "import", str(file), "--leavers")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "什么也没有改：不在文件里的有 8 人，超过在职 23 人的三分之一" in refused.stderr
    assert all(f"（{userid}）" in refused.stderr for userid in userids)
    *_, command = refused.stderr.splitlines()
    assert command == f"  tuoling people import '{file}' --leavers --confirm 8"
    other = tuoling("people", "import", str(file), "--leavers", "--confirm", "7")
    assert other.exit_code == 1
    assert "确认的是 7 人离职，不在文件里的却有 8 人" in other.stderr
    done = tuoling(*shlex.split(command)[1:])
    assert done.exit_code == 0
    assert done.stdout.startswith("导入完成：新增 0 人，更新 1 人，未变 14 人。")
    assert done.stdout.count("已标为离职") == 8


def test_a_number_is_confirmed_for_leavers_only(tuoling: Tuoling) -> None:
    result = tuoling("people", "import", str(PEOPLE_FILE), "--confirm", "2")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("--confirm 只与 --leavers 一起用")


def test_one_person_leaves(tuoling: Tuoling) -> None:
    tuoling("people", "import", str(PEOPLE_FILE))
    assert "巴特尔·孟和（batu）已标为离职" in tuoling("people", "leave", "Batu").stdout
    again = tuoling("people", "leave", "batu")
    assert again.exit_code == 0
    assert re.fullmatch(r"巴特尔·孟和（batu）在 20\d\d-\d\d-\d\d 已标为离职。\n", again.stdout)
    nobody = tuoling("people", "leave", "nobody")
    assert (nobody.exit_code, nobody.stdout) == (1, "")
    assert "没有账号为 nobody 的人" in nobody.stderr


def test_to_a_leaver_the_bot_is_silent(company: Company, settings: Settings) -> None:
    """As to a stranger: neither a message nor a tap on a card he has is answered, and nothing is sent to him."""
    batu = company.person("batu")
    card = batu.say(f"客户 L{company.lead(by='batu')}").card
    number = batu.actor.id
    assert "名下还有 1 条线索" in mark_leaver(settings, "batu")
    before = company.so_far
    company.platform.say("batu", "帮助")
    company.platform.tap("batu", card.message.id, card.key("写跟进"), {})
    company.platform.say("batu", "意向强，明天10点面谈")
    company.settle()
    assert batu.heard_since(before).messages == ()
    with company.runtime.store.read() as session:
        assert session.scalars(select(OutboxRow.state).where(OutboxRow.person_id == number)).all() == ["sent"]
        acted = session.scalars(select(AuditRow.action).where(AuditRow.actor_id == number)).all()
    assert "tap:forged" not in acted
    assert acted.count("lead:follow") == 0


def test_his_leads_stay_in_sight_of_his_superior_who_can_move_them(company: Company, settings: Settings) -> None:
    lead = company.lead(by="batu")
    mark_leaver(settings, "batu")
    lina = company.person("lina")
    assert "巴特尔·孟和" in lina.say(f"客户 L{lead}").card.whole
    assert "已转给 张三" in lina.say(f"转移 L{lead} 张三").text
    assert company.owner(lead) == company.person("zhangsan").actor.id
    assert "没有找到在职同事" in lina.say(f"转移 L{lead} 巴特尔·孟和").text


def test_who_comes_back_is_answered_again(company: Company, settings: Settings) -> None:
    mark_leaver(settings, "batu")
    said = list(import_people_file(settings, PEOPLE_FILE))
    assert "重新在职 1 人：巴特尔·孟和（batu）。" in said
    assert "您可以" in company.person("batu").say("帮助").text


def test_a_leaver_who_is_unknown_is_an_error(settings: Settings) -> None:
    with pytest.raises(Unready, match="没有账号为 x 的人"):
        mark_leaver(settings, "x")
