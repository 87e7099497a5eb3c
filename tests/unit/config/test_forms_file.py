"""`forms/*.yaml`: what a form says, and what is said of what is wrong in one."""

import re
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

import config
from config.company import load_company
from config.problems import CompanyError
from core.loans.forms import ABOUT, Document, FieldKind, Form, FormField, documents, initial, missing, shown

SHIPPED = Path(config.__file__).parent / "company"
START = """\
name: 贷款申请
fields:
  - {key: amount, label: 申请金额, kind: 金额, required: 是, least: 5万, most: 1000万}
  - {key: term, label: 期限, kind: 整数, required: 是}
"""
CHOICE = "  - {key: work, label: 职业, kind: 单选, choices: [受薪, 个体户]}\n"
WHOLE = (
    START
    + """\
  - {key: share, label: 首付, kind: 百分比, least: 10%, default: 30%}
  - key: note
    label: 说明
    kind: 文字
    longest: 50
    hint: 写清楚
    shown_when: amount > 50万 && "大额" in tags
  - {key: work, label: 职业, kind: 单选, choices: [受薪, 个体户], default: 受薪}
  - {key: paid, label: 已付, kind: 金额, default: 2.5万}
  - {key: rest, label: 还差, kind: 计算, formula: amount - paid}
documents:
  - {key: id_card, name: 身份证}
  - {key: deed, name: 房产证, products: [房抵], when: 'product in ["房抵", "经营"]', stage: first_review}
cost_line: 15.4%
"""
)
KINDS = "文字、数字、整数、金额、百分比、日期、手机号、身份证号、统一社会信用代码、单选、多选、附件、人员、地区、计算"
FIELD_KEYS = "key、label、kind、required、hint、shown_when"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "company"))


def problems(folder: Path, text: str) -> list[str]:
    (folder / "forms" / "loan.yaml").write_text(text, encoding="utf-8")
    shutil.rmtree(folder / "flows")
    (folder / "reports.yaml").unlink()  # it names the stages of the flow
    with pytest.raises(CompanyError) as caught:
        load_company(folder)
    return [re.sub(r"^第 (\d+) 行 .*?：", r"\1 ", str(problem)) for problem in caught.value.problems]


def test_a_whole_form(folder: Path) -> None:
    (folder / "forms" / "other.yaml").write_text(WHOLE, encoding="utf-8")
    form = load_company(folder).form("other")
    assert form == Form(
        "other",
        "贷款申请",
        (
            FormField(
                "amount",
                "申请金额",
                FieldKind.MONEY,
                required=True,
                least=Decimal(50_000),
                most=Decimal(10_000_000),
            ),
            FormField("term", "期限", FieldKind.NUMBER, required=True, least=Decimal(1), whole=True),
            FormField("share", "首付", FieldKind.PERCENT, least=Decimal("0.1"), default="0.3"),
            FormField(
                "note",
                "说明",
                FieldKind.TEXT,
                hint="写清楚",
                longest=50,
                shown_when='amount > 50万 && "大额" in tags',
            ),
            FormField("work", "职业", FieldKind.CHOICE, choices=("受薪", "个体户"), default="受薪"),
            FormField("paid", "已付", FieldKind.MONEY, default="25000"),
            FormField("rest", "还差", FieldKind.COMPUTED, formula="amount - paid"),
        ),
        (
            Document("id_card", "身份证"),
            Document("deed", "房产证", ("house",), 'product in ["房抵", "经营"]', "first_review"),
        ),
        Decimal("0.154"),
    )
    assert form is not None
    assert [initial(field) for field in form.fields] == [None, None, "0.3", None, "受薪", 2_500_000, None]


def test_the_shipped_form_asks_for_what_belongs_to_the_product() -> None:
    form = load_company(SHIPPED).form("loan")
    assert form is not None
    about = dict.fromkeys(ABOUT) | {"product": "车抵"}
    values = {"marriage": "已婚", "purpose": "其他", "work": "受薪"}
    keys = {field.key for field in shown(form, values, about)}
    assert keys >= {"amount", "term", "purpose_note", "spouse_agrees", "car", "car_value", "debt_ratio"}
    assert not keys & {"house_value", "house_ratio", "company_code"}
    assert "car_value" in {each.key for each in missing(form, values, about)}
    names = [each.name for each in documents(form, "car", about | values)]
    assert {"身份证正反面", "征信授权书", "行驶证", "结婚证"} <= set(names)
    assert not {"房产证", "营业执照", "离婚证或判决书"} & set(names)


def field(line: str) -> str:
    """A form with one field more, at line 5."""
    return f"{START}  - {{key: x, label: 甲, {line}}}\n"


def when(condition: str) -> str:
    """A form whose field at line 6 is shown on a condition that speaks of the one above it."""
    return f"{START}{CHOICE}  - key: x\n    label: 甲\n    kind: 文字\n    shown_when: {condition}\n"


WRONG = [
    ("name: 甲\n", ["1 缺少 “fields”"]),
    (START.replace("kind: 整数", "kind: 数字"), ["4 key：“term” 应为整数、月数，必填"]),
    (START.replace("required: 是, ", ""), ["3 key：“amount” 应为金额，必填"]),
    (START.splitlines()[0] + "\nfields:\n  - {key: term, label: 期限, kind: 整数, required: 是}\n",
     ["3 fields 里缺少 “amount”（金额，必填），每张表单都要有"]),
    (START.replace("label: 期限,", "label: 期限, shown_when: amount > 5万,"),
     ["4 key：“term” 应为整数、月数，必填。总是要问，不能写 shown_when"]),
    # What the yearly cost is reckoned from: else it would be left out in silence.
    (field("kind: 文字").replace("key: x", "key: yearly_rate"),
     ["5 key：“yearly_rate” 应为百分比，综合融资成本按它算"]),
    (field("kind: 单选, choices: [等额本息, 气球贷]").replace("key: x", "key: repayment"),
     ["5 choices 不能这样写，现在是 “气球贷”；可以写 等额本息、等额本金、先息后本"]),
    (field("kind: 文本"), [f"5 kind 不能这样写，现在是 “文本”；可以写 {KINDS}"]),
    (field("kind: 身份证"), ["5 kind 不能这样写，现在是 “身份证”，是不是 “身份证号”？"]),
    (field("kind: 文字, least: 3"), [f"5 least 不写在 “文字” 里；可以写 {FIELD_KEYS}、longest、default"]),
    (field("kind: 计算, formula: amount / 2, required: 是"),
     ["5 required 不写在 “计算” 里；可以写 key、label、kind、hint、shown_when、formula"]),
    (field("kind: 单选"), ["5 缺少 “choices”"]),
    (field("kind: 计算"), ["5 缺少 “formula”"]),
    (field("kind: 单选, choices: [甲, 乙, 甲]"), ["5 choices：上面已经写过 “甲”，请换一个"]),
    (field("kind: 单选, choices: [甲, 乙], default: 丙"), ["5 default 不能这样写，现在是 “丙”；可以写 甲、乙"]),
    (field("kind: 金额, least: 很多"), ["5 least 应为金额，现在是 “很多”，例如 5万"]),
    (field("kind: 百分比, most: 70"), ["5 most 应为百分比，现在是 “70”，是不是 “70%”？"]),
    (field("kind: 金额, least: 5万, most: 1万"), ["5 most 比 least 还小，现在是 “1万”"]),
    (field("kind: 日期, most: 明天"), ["5 most 应为今天，或一天，现在是 “明天”，例如 2000-01-01"]),
    (field("kind: 日期, least: 2020-01-01, most: 2019-12-31"), ["5 most 比 least 还小，现在是 “2019-12-31”"]),
    (field("kind: 金额, least: 5万, default: 1万"), ["5 default 不能这样写，现在是 “1万”"]),
    (field("kind: 文字, lable: 乙"), ["5 不认识 “lable”，是不是 “label”？"]),
    (START + "  - {key: 收入, label: 收入, kind: 金额}\n",
     ["5 key 应为小写字母开头，只有小写字母、数字和 _，最多 30 个，现在是 “收入”，例如 monthly_income"]),
    (START + "  - {key: product, label: 产品, kind: 文字}\n", ["5 key：“product” 是条件里现成的名字，请换一个"]),
    (START + "  - {key: in, label: 收入, kind: 金额}\n", ["5 key：“in” 是条件里现成的名字，请换一个"]),
    (START + "  - {key: term, label: 月数, kind: 整数}\n", ["5 key：上面已经写过 “term”，请换一个"]),
    (START + "  - {key: x, label: 期限, kind: 整数}\n", ["5 label：上面已经写过 “期限”，请换一个"]),
    # Conditions.
    (when("amuont > 50万"), ["9 shown_when 第 1 个字：没有 “amuont” 这一项，是不是 “amount”？"]),
    (when("amount > 5 and term > 3"), ["9 shown_when 第 12 个字：没有 “and” 这个符号，是不是 “&&”？"]),
    (when("amount > 5 且 term > 3"), ["9 shown_when 第 12 个字：没有 “且” 这个符号，是不是 “&&”？"]),
    (when('work = "受薪"'), ["9 shown_when 第 6 个字：没有 “=” 这个符号，是不是 “==”？"]),
    (when("work == 受薪"),
     ["9 shown_when 第 9 个字：“受薪” 不能这样写，字段写它的 key，文字放在半角引号里"]),
    (when("申请金额 > 50万"),
     ["9 shown_when 第 1 个字：“申请金额” 不能这样写，字段写它的 key，文字放在半角引号里，是不是 “amount”？"]),
    (when("work == “受薪”"), ["9 shown_when 第 9 个字：““” 是全角，应为半角，是不是 “\"”？"]),
    (when("amount ＞ 50万"), ["9 shown_when 第 8 个字：“＞” 是全角，应为半角，是不是 “>”？"]),
    (when('work == "受新"'), ["9 shown_when：work 不会是 “受新”；可以写 受薪、个体户"]),
    (when('product in ["房抵", "房贷"]'),
     ["9 shown_when：product 不会是 “房贷”；可以写 房抵、车抵、信用、经营"]),
    (when("'\"高意\" in tags'"), ["9 shown_when：tags 不会是 “高意”，是不是 “高意向”？"]),
    (field("kind: 地区") + "  - {key: y, label: 乙, kind: 文字, shown_when: x == '呼市'}\n",
     ["6 shown_when：x 里是行政区划代码，不会是 “呼市”，是不是 “150100”？"]),
    (when("work > 5"),
     ["9 shown_when 第 6 个字：“>” 的两边不能这样比较或计算（文字不能和数字比；两个界限分开写，中间用 &&）"]),
    (when("amount"), ["9 shown_when 应为条件，答案是 是 或 否，例如 amount >= 50万"]),
    (when("(amount > 5"), ["9 shown_when 没有写完，或括号、引号没有结束"]),
    (when("amount > 50w"), ["9 shown_when 第 12 个字：“w” 的写法不对"]),
    (when("x > 5"), ["9 shown_when 第 1 个字：“x” 写在下面，这里只能用上面的字段"]),
    (when("amount > 5 || " * 40 + "term > 5"), ["9 shown_when 超过 500 个字，请拆开写"]),
    (field("kind: 计算, formula: amount > 5"), ["5 formula 应算出一个数"]),
    # A mistake brings no second one beside it: what x is, nobody knows.
    (field("kind: 钱") + "  - {key: y, label: 乙, kind: 计算, formula: amount / x}\n",
     [f"5 kind 不能这样写，现在是 “钱”；可以写 {KINDS}"]),
    (START.replace("key: term", "key: months") + "  - {key: y, label: 乙, kind: 计算, formula: amount / term}\n",
     ["3 fields 里缺少 “term”（整数、月数，必填），每张表单都要有"]),
    (START + "cost_line: 24\n", ["5 cost_line 应为百分比，现在是 “24”，是不是 “24%”？"]),
    # Documents.
    (START + "documents:\n  - {key: a, name: 甲, products: [房低]}\n",
     ["6 products：不认识产品 “房低”；可以写 房抵（house）、车抵（car）、信用（credit）、经营（business）"]),
    (START + "documents:\n  - {key: a, name: 甲, when: amont > 5}\n",
     ["6 when 第 1 个字：没有 “amont” 这一项，是不是 “amount”？"]),
    (START + "documents:\n  - {key: a, name: 甲}\n  - {key: a, name: 乙}\n", ["7 key：上面已经写过 “a”，请换一个"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), WRONG, ids=range(len(WRONG)))
def test_what_is_wrong_is_named_with_its_line(folder: Path, text: str, said: list[str]) -> None:
    assert problems(folder, text) == said
