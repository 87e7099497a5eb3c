"""The company's YAML: what it gives, and the exact place and sentence of everything that is wrong in it."""

import shutil
from pathlib import Path

import pytest

import config.company
from config.company import CompanyError, load_company

SHIPPED = Path(config.company.__file__).parent / "company"
GOOD = """\
default: region
pools:
  - key: hohhot
    name: 呼和浩特池
    departments: [呼和浩特]
  - key: region
    name: 全区池
    departments: 全员
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "company").mkdir()
    return tmp_path / "company"


def problems(folder: Path, text: str | bytes) -> list[str]:
    (folder / "pools.yaml").write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(CompanyError) as caught:
        load_company(folder)
    assert str(caught.value) == "\n".join(str(problem) for problem in caught.value.problems)
    return [str(problem) for problem in caught.value.problems]


def pool(lines: str) -> str:
    """A file whose second pool has `lines` (from line 9 on) besides."""
    return GOOD + "".join(f"    {line}\n" for line in lines.splitlines())


def test_the_shipped_company() -> None:
    company = load_company(SHIPPED)
    assert [one.key for one in company.pools.pools] == ["hohhot", "baotou", "region"]
    assert (company.pools.daily_claims, company.pools.holding, company.pools.default) == (10, 80, "region")
    assert company.pools.place("150102", "house").name == "呼和浩特池"
    assert company.pools.place("150203", "car").name == "包头池"
    assert company.pools.place("150402", "car").name == "全区池"
    assert [one.key for one in company.pools.open_to("包头/一部")] == ["baotou", "region"]


def test_values_in_chinese_and_in_code_mean_the_same(folder: Path) -> None:
    spoken = pool(
        "regions: [呼和浩特市, 昆区, 内蒙古]\nproducts: [房抵, 经营]\nadmins: Batu\ndaily_claims: 5\nsynonyms: [大池]"
    )
    coded = pool(
        "products: ['house', business]\nregions: [1501, '150203', '150000']\n"
        "admins: [batu, BATU]\nsynonyms: 大池 # 同\n"
        "daily_claims: 5"
    )
    (folder / "pools.yaml").write_text(spoken, encoding="utf-8")
    first = load_company(folder)
    (folder / "pools.yaml").write_text("\ufeff" + coded, encoding="utf-8")
    second = load_company(folder)
    taken = first.pools.pools[1]
    assert (taken.regions, taken.products, taken.admins) == (("1501", "150203", "15"), ("house", "business"), ("batu",))
    assert (taken.daily_claims, taken.holding, taken.synonyms, taken.departments) == (5, None, ("大池",), ())
    assert first == second
    assert len(first.version) == 64


def test_loading_again_sees_the_change(folder: Path) -> None:
    shutil.copy(SHIPPED / "pools.yaml", folder)
    before = load_company(folder)
    text = (folder / "pools.yaml").read_text(encoding="utf-8")
    (folder / "pools.yaml").write_text(text.replace("holding: 80", "holding: 90"), encoding="utf-8")
    after = load_company(folder)
    assert (before.pools.holding, after.pools.holding) == (80, 90)
    assert before.version != after.version
    assert before.version == load_company(SHIPPED).version


BROKEN = [
    (pool("dayly_claims: 5"), ['9:5: unknown key "dayly_claims"; did you mean "daily_claims"?']),
    (
        pool("颜色: 红"),
        [
            '9:5: unknown key "颜色"; known are: key, name, departments, synonyms, regions, products, admins, '
            "daily_claims, holding"
        ],
    ),
    (pool("name: 大池"), ['9:5: the key "name" is given twice; keep one of them']),
    (pool("daily_claims: 十"), ['9:19: daily_claims must be a whole number from 1 to 100000, not "十"']),
    (pool("holding: 0"), ['9:14: holding must be a whole number from 1 to 100000, not "0"']),
    (pool("holding: 1e3"), ['9:14: holding must be a whole number from 1 to 100000, not "1e3"']),
    (pool("holding: [1]"), ["9:14: holding must be a whole number from 1 to 100000, not a list"]),
    (pool("holding:"), ["9:13: holding must be a whole number from 1 to 100000, not nothing"]),
    (pool("regions:"), ["9:13: regions must be a list, not nothing"]),
    (pool("regions: [呼和浩特, 呼和号特市]"), ['9:21: unknown region "呼和号特市"; did you mean "呼和浩特市"?']),
    (pool("regions:\n  - 1599"), ['10:9: unknown region "1599"; give a name or a code']),
    (pool("regions: [150]"), ['9:15: unknown region "150"; give a name or a code']),
    (pool("regions: [海南]"), ['9:15: unknown region "海南"; did you mean "海南区"?']),
    (pool("products: [hause]"), ['9:16: unknown product "hause"; did you mean "house"?']),
    (
        pool("products: [房贷]"),
        ['9:16: unknown product "房贷"; known are: house 房抵, car 车抵, credit 信用, business 经营'],
    ),
    (pool("admins: [巴图]"), ['9:14: "巴图" is no WeCom user id (letters, digits, - _ . @)']),
    (pool("synonyms: [呼和浩特池]"), ['6:5: "呼和浩特池" means the pool 呼和浩特池 already; choose another word']),
    (pool("synonyms: [ＨＯＨＨＯＴ]"), ['6:5: "ＨＯＨＨＯＴ" means the pool 呼和浩特池 already; choose another word']),
    (pool(f"synonyms: [{'长' * 21}]"), ["9:16: synonyms has 21 characters; at most 20 are allowed"]),
    (pool("synonyms: [{a: b}]"), ["9:16: synonyms must be text, not lines of `key: value`"]),
    (pool("synonyms: &a [b]"), ["9:15: anchors (&) and aliases (*) are not supported; write the value out"]),
    (pool("synonyms: *a"), ["9:15: anchors (&) and aliases (*) are not supported; write the value out"]),
    (pool("synonyms: !!python/name:os.system x"), ["9:15: tags (!) are not supported; write the plain value"]),
    (pool(f"synonyms: {'[' * 30}{']' * 30}"), ["9:33: nested more than 20 deep"]),
    (pool("? [a, b]\n: c"), ["9:7: a key must be a plain word"]),
    (GOOD.replace("全员", "[]"), ["8:18: departments is empty"]),
    (GOOD.replace("全员", "[全员, 包头]"), ["8:18: departments names 全员 (everybody) and others; 全员 stands alone"]),
    (GOOD.replace("全员", "/包头"), ['8:18: a department is a path like 呼和浩特/一部, not "/包头"']),
    (
        GOOD.replace("    departments: 全员\n", ""),
        ['6:5: the key "departments" is missing'],
    ),
    (
        GOOD.replace("key: hohhot", "key: 呼和"),
        ['3:10: key must be small letters, digits, - and _, at most 20, beginning with a letter, not "呼和"'],
    ),
    (
        GOOD.replace("key: hohhot", "key: region"),
        ['6:5: "region" means the pool 呼和浩特池 already; choose another word'],
    ),
    (
        GOOD.replace("default: region", "default: regoin"),
        ['1:10: default names no pool: "regoin"; did you mean "region"?'],
    ),
    (GOOD.replace("default: region\n", ""), ['1:1: the key "default" is missing']),
    ("default: region\npools: []\n", ["2:8: pools is empty"]),
    (
        "- a\n",
        ["1:1: the file must be lines of `key: value` (default, pools, limits), not a list"],
    ),
    (
        GOOD.replace("name: 全区池", "name：全区池"),
        [
            "8:5: not valid YAML: could not find expected ':' (while scanning a simple key); is there a full-width "
            "「：」 where YAML needs a half-width colon and a space?"
        ],
    ),
    (
        "default：region\n",
        [
            '1:1: the file must be lines of `key: value` (default, pools, limits), not "default：region"; the line '
            "has a full-width 「：」 where YAML needs a half-width colon and a space"
        ],
    ),
    (
        "\tdefault: region\n",
        [
            "1:1: not valid YAML: found character that cannot start any token (while scanning for the next token); is "
            "there a tab? YAML indents with spaces"
        ],
    ),
    (GOOD + "---\na: 1\n", ["9:1: a second document (---) begins here; a file holds one"]),
    ("a: 1\nb: \x07\n", ["2:1: not valid YAML: a character that YAML does not allow (a control character?)"]),
    ("a: 1\n名: ".encode() + "呼和".encode("gbk"), ["2:1: is not UTF-8 (GBK?); save the file as UTF-8"]),
]


@pytest.mark.parametrize(("text", "expected"), BROKEN, ids=[expected[0][:60] for _, expected in BROKEN])
def test_a_mistake_is_named_with_its_place(folder: Path, text: str | bytes, expected: list[str]) -> None:
    assert problems(folder, text) == [f"company/pools.yaml:{line}" for line in expected]


def test_all_mistakes_are_told_at_once(folder: Path) -> None:
    text = pool("daily_claims: x\nregions: [月球]\nhoding: 3").replace("default: region", "default: nowhere")
    assert problems(folder, text) == [
        'company/pools.yaml:11:5: unknown key "hoding"; did you mean "holding"?',
        'company/pools.yaml:10:15: unknown region "月球"; give a name or a code',
        'company/pools.yaml:9:19: daily_claims must be a whole number from 1 to 100000, not "x"',
        'company/pools.yaml:1:10: default names no pool: "nowhere"; known are: hohhot, region',
    ]


def test_a_file_without_content_or_too_large(folder: Path) -> None:
    assert problems(folder, "# nothing\n") == ["company/pools.yaml: is empty"]
    assert problems(folder, GOOD + "#" * 300_000) == ["company/pools.yaml: is larger than 256 KB"]


def test_a_folder_or_file_that_is_not_there(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(CompanyError, match=r"^company/pools.yaml: cannot be read: No such file or directory$"):
        load_company(folder)
    with pytest.raises(CompanyError, match=r"^gone: is no folder; TUOLING_CONFIG_DIR names the company's YAML folder$"):
        load_company(tmp_path / "gone")


def test_a_file_that_nobody_reads_is_named(folder: Path) -> None:
    (folder / "pool.yml").touch()
    (folder / "README.txt").touch()
    assert problems(folder, GOOD) == ['company/pool.yml: unknown file "pool.yml"; did you mean "pools.yaml"?']
