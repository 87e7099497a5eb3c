"""The files of the company's folder and of those below it: which are read, which are told of, and what they are as a
version."""

import shutil
from pathlib import Path

import pytest

import config
from config import companyfolder
from config.company import company_of, load_company
from config.in_force import differences, texts_in
from config.problems import CompanyError

SHIPPED = Path(config.__file__).parent / "company"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return Path(shutil.copytree(SHIPPED, tmp_path / "company"))


def problems(folder: Path) -> list[str]:
    with pytest.raises(CompanyError) as caught:
        load_company(folder)
    return [str(problem) for problem in caught.value.problems]


def test_the_texts_that_are_put_in_force_mean_what_the_folder_does(folder: Path) -> None:
    texts = texts_in(folder)
    assert {"pools.yaml", "forms/loan.yaml", "flows/standard.yaml"} <= set(texts)
    loaded, stored = load_company(folder), company_of(texts)
    assert loaded == stored
    assert loaded.version == stored.version


def test_a_change_in_a_form_or_flow_is_another_version_and_is_shown(folder: Path) -> None:
    before, texts = load_company(folder).version, texts_in(folder)
    flow, form = folder / "flows" / "standard.yaml", folder / "forms" / "loan.yaml"
    kept = form.read_text(encoding="utf-8")
    form.write_text(kept.replace("least: 1万, most: 5000万", "most: 0.5亿, least: 10000元"), encoding="utf-8")
    assert load_company(folder).version == before, "another spelling of the same is no other version"
    form.write_text(kept.replace("least: 1万, most: 5000万", "least: 1万, most: 6000万"), encoding="utf-8")
    assert load_company(folder).version != before
    form.write_text(kept, encoding="utf-8")
    text = flow.read_text(encoding="utf-8")
    flow.write_text(text.replace("deadline: 3工作日", "deadline: 2工作日"), encoding="utf-8")
    assert load_company(folder).version != before
    assert differences(texts, texts_in(folder)) == {
        "flows/standard.yaml": [
            line for line in differences(texts, texts_in(folder))["flows/standard.yaml"] if line.startswith("@@")
        ]
        + ["     must: [yearly_rate, service_fee]", "-    deadline: 3工作日", "+    deadline: 2工作日", "     ladder:"]
    }


def test_each_kind_of_node_is_a_version_of_its_own(folder: Path) -> None:
    flow = folder / "flows" / "standard.yaml"
    text = flow.read_text(encoding="utf-8")
    told = "kind: 抄送\n    who: [{head: 是}]"
    flow.write_text(
        text.replace("kind: 动作\n    does:\n      - tell: 放款一周内回访一次，问问用款是否顺利", told),
        encoding="utf-8",
    )
    one = load_company(folder).version
    flow.write_text(flow.read_text(encoding="utf-8").replace("kind: 抄送", "kind: 办理"), encoding="utf-8")
    assert load_company(folder).version != one


def test_files_that_nobody_reads_are_told(folder: Path) -> None:
    (folder / "loan.yaml").touch()
    (folder / "forms" / "other.yml").touch()
    (folder / "forms" / "贷款.yaml").touch()
    (folder / "forms" / "README.txt").touch()
    (folder / "forms" / "old").mkdir()
    (folder / "forms" / "old" / "loan.yaml").touch()
    (folder / "flow").mkdir()
    (folder / "backup").mkdir()
    (folder / "backup" / "pools.yaml").touch()
    named = "文件名应为小写字母开头，只有小写字母、数字、- 和 _，最多 20 个，以 .yaml 结尾"
    assert problems(folder) == [
        "company/flow：不认识这个文件夹 “flow”，没有人会读它，是不是 “flows”？",
        "company/forms/old/loan.yaml：不认识这个文件 “loan.yaml”，没有人会读它",
        f"company/forms/other.yml：{named}",
        f"company/forms/贷款.yaml：{named}",
        "company/loan.yaml：不认识这个文件 “loan.yaml”，没有人会读它；可以写 pools.yaml、calendar.yaml、"
        "recycling.yaml、assignment.yaml、channels.yaml、people.yaml、schedule.yaml、tags.yaml、automation.yaml、reports.yaml、groups.yaml、manners.yaml、exports.yaml、forms/….yaml、flows/….yaml、risk/….yaml、reports/….yaml、commission/….yaml",
    ]


def test_a_file_that_is_no_yaml_and_too_many_of_them(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "forms" / "loan.yaml").write_text("fields: [\n", encoding="utf-8")
    (folder / "flows" / "empty.yaml").touch()
    said = problems(folder)
    assert said[0] == "company/flows/empty.yaml：是空的"
    assert "第 1 行 company/forms/loan.yaml：fields：这里开始的 [ 或 { 没有结束，或各项之间缺少半角逗号" in said
    shutil.copy(SHIPPED / "forms" / "loan.yaml", folder / "forms")
    (folder / "flows" / "empty.yaml").unlink()
    monkeypatch.setattr(companyfolder, "MOST_FILES", 1)
    shutil.copy(folder / "forms" / "loan.yaml", folder / "forms" / "second.yaml")
    assert problems(folder) == [f"company/{each}：文件太多，最多 1 个" for each in ("forms", "reports", "risk")]


def test_a_newer_release_may_store_files_that_this_one_does_not_know(folder: Path) -> None:
    texts = texts_in(folder)
    assert company_of({**texts, "rules/risk.yaml": "name: x\n"}) == company_of(texts)
