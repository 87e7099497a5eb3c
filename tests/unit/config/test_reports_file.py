"""`reports/*.yaml`: who is asked for reports; and what is said where it is written wrongly."""

# ruff: noqa: E501  one row is one mistake
import contextlib
import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from config.company import Company, company_of, load_company
from config.in_force import texts_in
from config.problems import CompanyError
from config.settings import REPORT_HOSTS, SettingsError, load_settings
from core.expressions import Kind
from core.leads.products import PRODUCTS
from core.risk.policy import Named, Unit
from core.risk.providers import Exchange, Figure, Item, Polling, Provider, Providers, Signing, Terms

SHIPPED = Path(__file__).parents[3] / "config" / "company"
HTTP = """\
name: 反欺诈
purpose: 征信查询
active: 是
keep: 90天
cost: 3.5元
budget: 1万
gives_up: 30分钟
terms:
  - {products: [房抵, car], mandatory: 是, skippable: 是, stale: 7天}
  - {stale: 30天}
exchange:
  url: https://api.example.com:8443/v1/ask
  secret: TUOLING_REPORT_FRAUD
  sign: 令牌
  send: {id_number: idCard, amount: loanAmount}
  ok: answer.code == 0
  pending: answer.code == 1
  reference: string(answer.id)
  poll: {url: "https://other.example.com/v1/got?id={reference}", every: 5分钟}
  calls_back: 是
  called_by: answer.key
  timeout: 12秒
figures:
  - {key: fraud_score, label: 欺诈分, kind: 数字, from: answer.data.score}
  - {key: fraud_known, label: 命中, kind: 是否, from: answer.data.hit == "Y"}
"""
TYPED = """\
name: 流水
purpose: 征信查询
active: 否
keep: 60天
terms: [{stale: 60天}]
figures:
  - {key: flow_in, label: 月均流入, kind: 金额, least: 0, most: 100万}
  - {key: flow_word, label: 流水评价, kind: 文字}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "company"))


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / "reports" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def problems(folder: Path) -> list[str]:
    with pytest.raises(CompanyError) as caught:
        load_company(folder)
    return [re.sub(r"^第 (\d+) 行 .*?：", r"\1 ", str(problem)) for problem in caught.value.problems]


def test_a_whole_file_of_a_provider_that_is_asked(folder: Path) -> None:
    exchange = Exchange(
        "https://api.example.com:8443/v1/ask",
        "TUOLING_REPORT_FRAUD",
        Signing.BEARER,
        (("idCard", Item.ID_NUMBER), ("loanAmount", Item.AMOUNT)),
        "answer.code == 0",
        "answer.code == 1",
        "string(answer.id)",
        Polling("https://other.example.com/v1/got?id={reference}", timedelta(minutes=5)),
        calls_back=True,
        called_by="answer.key",
        timeout=timedelta(seconds=12),
    )
    first = Terms(("house", "car"), mandatory=True, skippable=True, stale=timedelta(days=7))
    rest = Terms((), mandatory=False, skippable=False, stale=timedelta(days=30))
    figures = (
        Figure("fraud_score", "欺诈分", Kind.NUMBER, Unit.PLAIN, "answer.data.score"),
        Figure("fraud_known", "命中", Kind.YES_NO, Unit.PLAIN, 'answer.data.hit == "Y"'),
    )
    of = Provider("fraud", "反欺诈", "征信查询", True, (first, rest), figures, exchange, timedelta(days=90), 350, 10_000_00, timedelta(minutes=30))  # fmt: skip
    providers = load_company(write(folder, fraud=HTTP)).loans.providers
    assert providers.of("fraud") == of
    assert (of, first) in providers.asked_for("car")
    assert (of, rest) in providers.asked_for("credit")


def test_a_whole_file_of_one_whose_figures_are_typed(folder: Path) -> None:
    typed = load_company(write(folder, flow=TYPED)).providers.of("flow")
    assert typed is not None
    assert typed.exchange is typed.budget_fen is None
    assert typed.figures == (
        Figure("flow_in", "月均流入", Kind.NUMBER, Unit.YUAN, least=0.0, most=1_000_000.0),
        Figure("flow_word", "流水评价", Kind.TEXT),
    )
    assert typed.terms_for("house") is None, "it is not active"


def test_the_shipped_ones() -> None:
    """The credit report counts before what the customer said, and nothing goes out as it is shipped."""
    company = load_company(SHIPPED)
    credit, radar = company.providers.providers
    assert not radar.active
    assert radar.exchange is not None
    assert credit.exchange is None
    form = company.forms[0]
    assert {each.key for each in credit.figures} == {"overdue_now", "overdue_two_years", "queries"}
    assert all(form.field(each.key) for each in credit.figures)
    (paper,) = [each for each in form.documents if each.authorises]
    assert (paper.name, paper.authorises, paper.valid) == ("征信授权书", ("征信查询", "大数据查询"), timedelta(days=90))
    for of in PRODUCTS:
        assert [each.key for each, _ in company.providers.asked_for(of)] == ["credit"]


def test_the_example_works_when_it_is_switched_on(folder: Path) -> None:
    radar = (SHIPPED / "reports" / "radar.yaml").read_text(encoding="utf-8")
    rule = next(line for line in radar.splitlines() if "key: radar_low" in line).lstrip("# ")
    (folder / "risk" / "radar.yaml").write_text(f"rules:\n  {rule}\n", encoding="utf-8")
    company = load_company(write(folder, radar=radar.replace("active: 否", "active: 是")))
    asked = company.providers.asked_for("credit")
    assert [(each.key, terms.mandatory) for each, terms in asked] == [("credit", False), ("radar", True)]
    policy = company.risk.of("house")
    assert policy is not None
    assert policy.named["radar_score"] == Named("radar_score", Kind.NUMBER, "大数据分")


def with_rule(folder: Path, when: str, products: str = "") -> Company:
    rule = f"  - {{key: fraud, name: 欺诈, severity: 复核, says: 高, when: {when}}}\n"
    (folder / "risk" / "fraud.yaml").write_text(f"{products}rules:\n{rule}", encoding="utf-8")
    return load_company(folder)


def test_rules_speak_of_figures_where_there_are_any(folder: Path) -> None:
    only_car = HTTP.replace("  - {stale: 30天}\n", "").replace("房抵, car", "车抵")
    write(folder, fraud=only_car)
    company = with_rule(folder, "fraud_known || fraud_score > 80", "products: [车抵]\n")
    policy = company.risk.of("car")
    assert policy is not None
    assert policy.given["fraud_known"] is Kind.YES_NO
    for products in ("products: [房抵]\n", "products: [车抵, 房抵]\n", ""):
        with pytest.raises(CompanyError, match="没有 “fraud_known” 这一项"):
            with_rule(folder, "fraud_known", products)
    write(folder, fraud=only_car.replace("active: 是", "active: 否"))
    switched_off = with_rule(folder, "fraud_known", "products: [车抵]\n").risk.of("car")
    assert switched_off is not None
    assert switched_off.given["fraud_known"] is Kind.YES_NO, "its figures are missing then, and no rule is broken"


def test_what_is_wrong_with_a_figure_is_told_once(folder: Path) -> None:
    write(folder, fraud=HTTP.replace("kind: 数字", "kind: 数"))
    rule = '- {key: f, name: 欺诈, severity: 复核, says: "高 {fraud_score}", when: fraud_score > 80}'
    (folder / "risk" / "fraud.yaml").write_text(f"rules:\n  {rule}\n", encoding="utf-8")
    assert problems(folder) == ["24 kind 不能这样写，现在是 “数”，是不是 “整数”？"]


def test_a_figure_of_a_field_changes_nothing_of_what_rules_speak_of(folder: Path) -> None:
    before = load_company(folder).risk
    (folder / "reports" / "credit.yaml").unlink()
    assert load_company(folder).risk == before


def test_no_risk_file_makes_what_a_report_says(folder: Path) -> None:
    write(folder, fraud=HTTP)
    (folder / "risk" / "z.yaml").write_text(
        "values:\n  - {key: fraud_score, label: 分, formula: amount / 2}\n", encoding="utf-8"
    )
    assert problems(folder) == ["2 key：“fraud_score” 已经有了，请换一个"]


def test_it_is_a_part_of_the_version(folder: Path) -> None:
    before = load_company(folder)
    write(folder, fraud=HTTP)
    company = load_company(folder)
    assert company.version != before.version
    stored = company_of(texts_in(folder))
    assert (stored, stored.version) == (company, company.version)
    write(folder, fraud=HTTP.replace("budget: 1万", "budget: 10000.00元").replace("30分钟", "30 分钟"))
    assert load_company(folder).version == company.version, "another spelling of the same"


def test_without_the_folder_nobody_is_asked(folder: Path) -> None:
    shutil.rmtree(folder / "reports")
    assert load_company(folder).providers == Providers()


KEYS = "name、purpose、active、terms、figures、keep、exchange、cost、budget、gives_up"
ITEMS = "name、phone、id_number、credit_code、product、amount、term、number"
UNIT_WORDS = "金额、百分比、月、年、次、数字、整数、文字、是否"
SECRET_IS = "13 secret 应为环境变量的名字，以 TUOLING_REPORT_ 开头，大写；密钥本身写在那个变量里，现在"
NO_URL = "12 url 要写完整的网址，以 https:// 开头，不带用户名、密码、# 和 ? 后面的参数，现在是 “"
URL = "https://api.example.com:8443/v1/ask"
LIKE = "”，例如 https://api.example.com/report"
SCORE = "  - {key: fraud_score, label: 欺诈分, kind: 数字, from: answer.data.score}"
FIGURE = "24 "
MISTAKES: dict[str, tuple[str, str, list[str]]] = {
    # old, new, what is said
    "a key": ("cost: 3.5元", "costs: 3.5元", ["5 不认识 “costs”，是不是 “cost”？"]),
    "another key": ("cost: 3.5元", "价钱: 3.5元\ncost: 1", [f"5 不认识 “价钱”；可以写 {KEYS}"]),
    "a key of the exchange": ("timeout: 12秒", "time_out: 12秒", ["22 不认识 “time_out”，是不是 “timeout”？"]),
    "not said whether it is active": ("active: 是\n", "", ["1 缺少 “active”"]),
    "active": ("active: 是", "active: 开", ["3 active 不能这样写，现在是 “开”；可以写 是、否"]),
    "no purpose": ("purpose: 征信查询\n", "", ["1 缺少 “purpose”"]),
    "a purpose that nobody signs": ("purpose: 征信查询", "purpose: 征信查讯", ["2 purpose：房抵的表单「贷款申请」里，没有哪份资料授权 “征信查讯”，永远不能查（写在 forms 里资料的 authorises），是不是 “征信查询”？"]),
    "a product": ("房抵, car", "房低, car", ["9 products：不认识产品 “房低”；可以写 房抵（house）、车抵（car）、信用（credit）、经营（business）"]),
    "two terms for a product": ("  - {stale: 30天}", "  - {products: [车抵], stale: 30天}", ["10 products：上面已经写过 “车抵”，请换一个"]),
    "two terms for the rest": ("  - {stale: 30天}", "  - {stale: 30天}\n  - {stale: 60天}", ["11 terms：没有写 products 的只能有一条，上面已经有了"]),
    "skippable alone": ("mandatory: 是, skippable: 是", "skippable: 是", ["9 skippable 只与 mandatory: 是 一起写：不是必须的，查不到本来就不耽误"]),
    "no terms": ("terms:\n  - {products: [房抵, car], mandatory: 是, skippable: 是, stale: 7天}\n  - {stale: 30天}", "terms: []", ["8 terms 不能空着"]),
    "stale": ("stale: 30天", "stale: 一个月", ["10 stale 应为时长：1 到 9999 天、小时或分钟，现在是 “一个月”，是不是 “30天”？"]),
    "deleted while it is good": ("keep: 90天", "keep: 20天", ["4 keep 比 stale 还短：报告还能用就已经删了"]),
    "what it costs": ("cost: 3.5元", "cost: 3.555元", ["5 cost 应为金额（到分），现在是 “3.555元”，例如 3.5元"]),
    "a budget that pays for none": ("budget: 1万", "budget: 3元", ["6 budget 比 cost 还少，一份也查不了"]),
    "a budget for nothing": ("cost: 3.5元\n", "", ["5 budget 要与 cost 一起写"]),
    "given up before it is polled": ("gives_up: 30分钟", "gives_up: 5分钟", ["7 gives_up：poll 的 every 不比 gives_up 短（不写就是 2小时），还没去取就已经放弃了"]),
    "http": (URL, "http://api.example.com/ask", ["12 url 用 http:// 时只能指向本机（127.0.0.1、localhost）：里面有客户的身份信息，现在是 “http://api.example.com/ask”，例如 https://api.example.com/ask"]),
    "http inside": (URL, "http://10.0.0.8/ask", ["12 url 用 http:// 时只能指向本机（127.0.0.1、localhost）：里面有客户的身份信息，现在是 “http://10.0.0.8/ask”，例如 https://10.0.0.8/ask"]),
    "like this machine": (URL, "http://127.0.0.1.evil.example/ask", ["12 url 用 http:// 时只能指向本机（127.0.0.1、localhost）：里面有客户的身份信息，现在是 “http://127.0.0.1.evil.example/ask”，例如 https://127.0.0.1.evil.example/ask"]),
    "a password": (URL, "https://me:secret@api.example.com/ask", [f"{NO_URL}https://me:***@api.example.com/ask{LIKE}"]),
    "no host": (URL, "https:///ask", [f"{NO_URL}https:///ask{LIKE}"]),
    "another scheme": (URL, "ftp://api.example.com/ask", [f"{NO_URL}ftp://api.example.com/ask{LIKE}"]),
    "a query": (URL, "https://api.example.com/ask?key=0123456789", [f"{NO_URL}https://api.example.com/ask{LIKE}"]),
    "a port": (URL, "https://api.example.com:https/ask", [f"{NO_URL}https://api.example.com:https/ask{LIKE}"]),
    "two hosts": (URL, "https://good.example\\.evil.example/", [f"{NO_URL}https://good.example\\.evil.example/{LIKE}"]),
    "a wide host": (URL, "https://例子.example/ask", [f"{NO_URL}https://例子.example/ask{LIKE}"]),
    "a secret of channels": ("TUOLING_REPORT_FRAUD", "TUOLING_CHANNEL_FRAUD", [f"{SECRET_IS}是 “TUOLING_CHANNEL_FRAUD”，例如 TUOLING_REPORT_RADAR"]),
    "the list of hosts": ("TUOLING_REPORT_FRAUD", REPORT_HOSTS, [f"{SECRET_IS}是 “TUOLING_REPORT_HOSTS”，例如 TUOLING_REPORT_RADAR"]),
    "the list of hosts mistyped": ("TUOLING_REPORT_FRAUD", REPORT_HOSTS[:-1], [f"{SECRET_IS}是 “TUOLING_REPORT_HOST”，例如 TUOLING_REPORT_RADAR"]),
    "a name of several parts": ("loanAmount", "loan.amount", ["15 amount 应为对方接口里的字段名：字母、数字、_ 和 -，字母开头，现在是 “loan.amount”，例如 idCard"]),
    "an old secret": ("TUOLING_REPORT_FRAUD", "TUOLING_REPORT_A_OLD", [f"{SECRET_IS}是 “TUOLING_REPORT_A_OLD”，例如 TUOLING_REPORT_RADAR"]),
    "the secret itself": ("TUOLING_REPORT_FRAUD", "hunter2hunter2", [f"{SECRET_IS}不是（内容不显示），例如 TUOLING_REPORT_RADAR"]),
    "how it is signed": ("sign: 令牌", "sign: 口令", ["14 sign 不能这样写，现在是 “口令”；可以写 签名、令牌"]),
    "nothing is sent": ("  send: {id_number: idCard, amount: loanAmount}\n", "", ["12 缺少 “send”"]),
    "nobody is named": ("id_number: idCard, ", "", ["15 send：没有写要查的是谁，至少要有其中一项；可以写 name、phone、id_number、credit_code"]),
    "an item": ("id_number: idCard", "phone: tel, id_numbr: idCard", ["15 不认识 “id_numbr”，是不是 “id_number”？"]),
    "an item that there is not": ("amount: loanAmount", "bank: card", [f"15 不认识 “bank”；可以写 {ITEMS}"]),
    "two items of one name": ("loanAmount", "idCard", ["15 amount：上面已经写过 “idCard”，请换一个"]),
    "their name for it": ("loanAmount", "金额", ["15 amount 应为对方接口里的字段名：字母、数字、_ 和 -，字母开头，现在是 “金额”，例如 idCard"]),
    "polling without a reference": ("  reference: string(answer.id)\n", "", ["18 poll 要与 reference 一起写"]),
    "polling for nothing": ("  pending: answer.code == 1\n", "", ["18 poll 要与 pending 一起写", "19 calls_back 要与 pending 一起写"]),
    "nothing to poll": ('  poll: {url: "https://other.example.com/v1/got?id={reference}", every: 5分钟}\n', "", ["18 reference 要与 poll 一起写"]),
    "it never comes": ('  reference: string(answer.id)\n  poll: {url: "https://other.example.com/v1/got?id={reference}", every: 5分钟}\n  calls_back: 是\n  called_by: answer.key\n', "", ["17 pending：没有写报告以后怎么拿，请写 poll（我们去取）或 calls_back: 是（对方送来）"]),
    "nobody knows whose it is": ("  called_by: answer.key\n", "", ["20 calls_back 要与 called_by 一起写"]),
    "called by nobody": ("  calls_back: 是\n", "", ["20 called_by 要与 calls_back 一起写"]),
    "where the reference goes": ("?id={reference}", "", ["19 url 的路径或参数里要写、也只写一次 {reference}，查的时候换成对方给的编号，现在是 “https://other.example.com/v1/got”，例如 https://api.example.com/report/{reference}"]),
    "the reference for a host": ("other.example.com/v1/got?id={reference}", "{reference}.example.com/", ["19 url 的路径或参数里要写、也只写一次 {reference}，查的时候换成对方给的编号，现在是 “https://{reference}.example.com/”，例如 https://api.example.com/report/{reference}"]),
    "polling in plain text": ("https://other.example.com/v1/got?id=", "http://other.example.com/", ["19 url 用 http:// 时只能指向本机（127.0.0.1、localhost）：里面有客户的身份信息，现在是 “http://other.example.com/{reference}”，例如 https://other.example.com/{reference}"]),
    "too often": ("every: 5分钟", "every: 1秒", ["19 every 应为时长：5秒 到 1天，现在是 “1秒”，例如 30秒"]),
    "too long": ("timeout: 12秒", "timeout: 2分钟", ["22 timeout 应为时长：1秒 到 30秒，现在是 “2分钟”，例如 8秒"]),
    "a time": ("timeout: 12秒", "timeout: 12s", ["22 timeout 应为时长：1秒 到 30秒，现在是 “12s”，例如 8秒"]),
    "an expression": ("answer.code == 0", "anwser.code == 0", ["16 ok 第 1 个字：没有 “anwser” 这一项，是不是 “answer”？"]),
    "a condition": ("answer.code == 0", "size(answer.list)", ["16 ok 应为条件，答案是 是 或 否，例如 amount >= 50万"]),
    "a sign": ("answer.code == 0", "answer.code = 0", ["16 ok 第 13 个字：没有 “=” 这个符号，是不是 “==”？"]),
    "a word without quotes": ('answer.data.hit == "Y"', "answer.data.hit == 是", ["25 from 第 20 个字：“是” 不能这样写，字段写它的 key，文字放在半角引号里"]),
    "how many": ("answer.data.hit ==", "size(answer.data.hits) > 0 || answer.data.hit ==", ["25 from 第 24 个字：“>” 的两边不能这样比较或计算；个数要写成 double(size(…))"]),
    "a loop": ("from: answer.data.score", "from: 'size(answer.list.filter(x, x.a > 1))'", ["24 from 第 18 个字：没有 “filter” 这一项；可以写 answer"]),
    "a figure that is no number": ("from: answer.data.score", "from: '\"x\" + answer.y'", ["24 from 应算出一个数"]),
    "a reference that is no text": ("string(answer.id)", "double(answer.id)", ["18 reference 应给出文字；是数字的写 string(…)"]),
    "no figures": (HTTP[HTTP.index("figures:") :], "figures: []\n", ["23 figures 不能空着"]),
    "a figure from nowhere": (", from: answer.data.score", "", ["24 缺少 “from”"]),
    "a unit": ("kind: 数字", "kind: 数", ["24 kind 不能这样写，现在是 “数”，是不是 “整数”？"]),
    "another unit": ("kind: 数字", "kind: 公里", [f"24 kind 不能这样写，现在是 “公里”；可以写 {UNIT_WORDS}"]),
    "a name": ("key: fraud_score", "key: 欺诈分", ["24 key 应为小写字母开头，只有小写字母、数字和 _，最多 30 个，现在是 “欺诈分”，例如 overdue_now"]),
    "a word of the language": ("key: fraud_score", "key: true", ["24 key：“true” 是条件里现成的名字，请换一个"]),
    "what is known without it": ("key: fraud_score", "key: age", ["24 key：“age” 是条件里现成的名字，请换一个"]),
    "what the rules said": ("key: fraud_score", "key: risk_score", ["24 key：“risk_score” 是条件里现成的名字，请换一个"]),
    "what is known of every application": ("key: fraud_score", "key: rank", ["24 key：“rank” 是条件里现成的名字，请换一个"]),
    "what he wants to borrow": (SCORE, SCORE.replace("fraud_score", "amount").replace("数字", "金额"), ["24 key：“amount” 是条件里现成的名字，请换一个"]),
    "what is made of a field": ("key: fraud_score", "key: company_since_years", ["24 key：“company_since_years” 是条件里现成的名字，请换一个"]),
    "a score card's": ("key: fraud_score", "key: score", ["24 key：“score” 是条件里现成的名字，请换一个"]),
    "a field in another unit": ("key: fraud_score", "key: monthly_income", ["24 kind：“monthly_income” 是表单「贷款申请」里的字段（金额），报告里的值要代替它，种类应一样。这一项写 金额，或者换一个 key"]),
    "a field that is no text": (SCORE, SCORE.replace("fraud_score", "debt_ratio").replace("数字", "百分比"), ["24 kind：“debt_ratio” 是表单「贷款申请」里的字段（计算），报告里的值要代替它，种类应一样。请换一个 key"]),
    "who he is": (SCORE, SCORE.replace("fraud_score", "id_number").replace("数字", "文字"), ["24 kind：“id_number” 是表单「贷款申请」里的字段（身份证号），报告里的值要代替它，种类应一样。请换一个 key"]),
    "a figure twice": ("key: fraud_known", "key: fraud_score", ["25 key：上面已经写过 “fraud_score”，请换一个"]),
    "a label twice": ("label: 命中", "label: 欺诈分", ["25 label：上面已经写过 “欺诈分”，请换一个"]),
    "bounds of what nobody types": ("from: answer.data.score", "from: answer.data.score, least: 0", ["24 least 只写在手工录入（没有 exchange）的数字里"]),
}  # fmt: skip
OF_TYPED: dict[str, tuple[str, str, list[str]]] = {
    "read from nothing": ("kind: 文字", "kind: 文字, from: answer.x", ["8 from 要与 exchange 一起写"]),
    "bounds of a text": ("kind: 文字", "kind: 文字, most: 5", ["8 most 只写在手工录入（没有 exchange）的数字里"]),
    "bounds turned round": ("least: 0, most: 100万", "least: 5万, most: 1万", ["7 most 比 least 还小，现在是 “1万”"]),
    "a bound": ("most: 100万", "most: 很多", ["7 most 应为数字，现在是 “很多”，例如 50万"]),
    "given up by hand": ("keep: 60天", "keep: 60天\ngives_up: 2小时", ["5 gives_up 要与 exchange 一起写"]),
}


@pytest.mark.parametrize(("old", "new", "said"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_where_it_stands(folder: Path, old: str, new: str, said: list[str]) -> None:
    assert old in HTTP
    assert problems(write(folder, fraud=HTTP.replace(old, new, 1))) == said


@pytest.mark.parametrize(("old", "new", "said"), OF_TYPED.values(), ids=OF_TYPED)
def test_a_mistake_of_what_is_typed(folder: Path, old: str, new: str, said: list[str]) -> None:
    assert old in TYPED
    assert problems(write(folder, flow=TYPED.replace(old, new, 1))) == said


ODD = ("", "~", "5", "[]", "{}", "[a, [b], {c: d}]", "{x: {y: z}}", "'\\ud800'", '"\\ud800"', "true", "１２", "。")


@pytest.mark.parametrize("odd", ODD)
def test_whatever_stands_there_is_read_or_told(folder: Path, odd: str) -> None:
    """Never a traceback."""
    for name, text in (("fraud", HTTP), ("flow", TYPED)):
        lines = text.splitlines()
        for number, line in enumerate(lines):
            key, _, value = line.partition(": ")
            if not value:
                key = line.rstrip(":")
            changed = "\n".join([*lines[:number], f"{key}: {odd}", *lines[number + 1 :]])
            write(folder, **{name: changed})
            with contextlib.suppress(CompanyError):
                load_company(folder)
        (folder / "reports" / f"{name}.yaml").unlink()


def test_two_providers_do_not_give_one_figure(folder: Path) -> None:
    typed = TYPED.replace("key: flow_in", "key: fraud_score").replace("active: 否", "active: 是")
    write(folder, fraud=HTTP, flow=typed)
    assert problems(folder) == [
        "24 key：“fraud_score” 在「流水」里已经有了，都管同一个产品，请换一个，或者停用（active: 否）一家"
    ]
    write(folder, flow=typed.replace("active: 是", "active: 否"))
    assert load_company(folder).providers.of("flow")
    apart = HTTP.replace("  - {stale: 30天}\n", "")
    write(folder, fraud=apart, flow=typed.replace("[{stale", "[{products: [信用, 经营], stale"))
    assert load_company(folder).providers.of("flow")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (", valid: 90天", "", "authorises 要与 valid 一起写"),
        ("authorises: [征信查询, 大数据查询], ", "", "valid 要与 authorises 一起写"),
        ("valid: 90天", "valid: 三个月", "valid 应为时长：1 到 9999 天、小时或分钟，现在是 “三个月”，是不是 “90天”？"),
        ("authorises: [征信查询, 大数据查询]", "authorises: []", "authorises 不能空着"),
        ("authorises: [征信查询, 大数据查询]", "authorizes: [征信查询]", "不认识 “authorizes”，是不是 “authorises”？"),
    ],
)
def test_a_paper_that_authorises(folder: Path, old: str, new: str, said: str) -> None:
    form = folder / "forms" / "loan.yaml"
    text = form.read_text(encoding="utf-8")
    assert old in text
    form.write_text(text.replace(old, new), encoding="utf-8")
    assert any(each.endswith(said) for each in problems(folder))


def test_a_paper_for_other_products_authorises_nothing_here(folder: Path) -> None:
    form = folder / "forms" / "loan.yaml"
    text = form.read_text(encoding="utf-8")
    form.write_text(text.replace("name: 征信授权书,", "name: 征信授权书, products: [房抵],"), encoding="utf-8")
    told = problems(folder)
    assert len(told) == 2
    assert all("车抵的表单「贷款申请」里，没有哪份资料授权" in each for each in told)


TEST = {"TUOLING_ENV": "test"}


def test_the_secrets_and_the_hosts_come_from_the_environment() -> None:
    given = {"TUOLING_REPORT_A": "a" * 16, "TUOLING_REPORT_A_OLD": "b" * 16, REPORT_HOSTS: "api.example.com, 10.0.0.8"}
    settings = load_settings(TEST | given, env_file=None)
    assert not settings.warnings
    assert [each.get_secret_value() for each in settings.secrets_in("TUOLING_REPORT_A")] == ["a" * 16, "b" * 16]
    assert settings.report_hosts == ("api.example.com", "10.0.0.8")
    assert settings.secrets_in(REPORT_HOSTS) == settings.secrets_in("TUOLING_REPORT_B") == []
    assert "a" * 16 not in repr(settings)
    assert load_settings(TEST, env_file=None).report_hosts == ()


def test_a_secret_that_is_too_short_is_told_and_not_repeated() -> None:
    with pytest.raises(SettingsError) as error:
        load_settings(TEST | {"TUOLING_REPORT_A": "hunter2"}, env_file=None)
    assert "TUOLING_REPORT_A 应为 16 到 256 个" in str(error.value)
    assert "hunter2" not in str(error.value)


def test_hosts_are_hosts_and_their_name_is_no_secret() -> None:
    with pytest.raises(SettingsError, match="TUOLING_REPORT_HOSTS 应为主机名或 IP"):
        load_settings(TEST | {REPORT_HOSTS: "https://api.example.com"}, env_file=None)
    (warning,) = load_settings(TEST | {"TUOLING_REPORT_HOST": "api.example.com"}, env_file=None).warnings
    assert str(warning) == "不认识 “TUOLING_REPORT_HOST”，已忽略，是不是 “TUOLING_REPORT_HOSTS”？"
