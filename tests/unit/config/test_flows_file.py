"""`flows/*.yaml`: what a flow says, and what is said of what is wrong in one."""

import re
import shutil
from pathlib import Path

import pytest

import config
from config.company import load_company
from config.problems import CompanyError
from core.calendar import Length, Unit
from core.loans.flows import (
    Act,
    Approve,
    Case,
    Condition,
    Copy,
    Deadline,
    Decision,
    Do,
    End,
    Flow,
    Handle,
    Mode,
    Parallel,
    Repeat,
    Resume,
    Rung,
    Stage,
    StageType,
    Start,
    Step,
    Wait,
    Who,
)

SHIPPED = Path(config.__file__).parent / "company"
FORM = """\
name: 贷款申请
fields:
  - {key: amount, label: 申请金额, kind: 金额, required: 是}
  - {key: term, label: 期限, kind: 整数, required: 是}
  - {key: boss, label: 审批人, kind: 人员}
  - {key: id, label: 身份证, kind: 身份证号}
  - {key: deed, label: 合同, kind: 附件}
  - {key: rate, label: 月供, kind: 计算, formula: amount / term}
"""
HEAD = """\
name: 标准流程
form: loan
stages:
  - {key: apply, name: 进件, type: 进行}
  - {key: bank, name: 银行, type: 等待}
  - {key: won, name: 贷后, type: 成功}
  - {key: lost, name: 未通过, type: 失败}
nodes:
  - {key: start, name: 提交, stage: apply, kind: 开始}
"""
ENDS = """\
  - {key: done, name: 贷后, stage: won, kind: 结束}
  - {key: no, name: 未通过, stage: lost, kind: 结束}
"""
WHOLE = (
    HEAD.replace("form: loan\n", "form: loan\nproducts: [房抵, 车抵]\nwithdraw_until: pay\npauses: [待客户补件]\n")
    + """\
  - key: check
    name: 初审
    stage: apply
    kind: 审批
    who:
      - people: [Batu]
      - {role: 审批, department: 总部/审批部, when: amount >= 50万}
      - {role: 风控, department: 本部门}
      - head: 是
      - superior: 2
      - chosen: 是
      - field: boss
    how: 60%
    money: 是
    repeat: 连续只一次
    resume: 从退回处
    verbs: [同意, 驳回, 退回]
    reasons: [驳回]
    hidden: [rate]
    editable: [term]
    deadline: 8工作小时
    ladder:
      - {at: 到期前2工作小时, do: 提醒}
      - {at: 到期, do: 提醒并抄送上级}
      - {at: 超期1天, do: 短信}
  - key: split
    name: 同时办
    stage: apply
    kind: 并行
    branches: [answer, tell]
    join: size
  - {key: answer, name: 等银行, stage: bank, kind: 等待, event: 银行批复, next: size}
  - {key: tell, name: 抄送, stage: apply, kind: 抄送, who: [{role: 经理}]}
  - key: size
    name: 金额
    stage: apply
    kind: 条件
    cases:
      - {when: amount >= 200万, to: pay}
      - {to: mark}
  - {key: mark, name: 标记, stage: apply, kind: 动作, does: [{grade: A}, {tag: 大额}, {tell: 可以放款了}]}
  - {key: pay, name: 放款, stage: apply, kind: 办理, who: [{role: 财务}], payout: 是}
"""
    + ENDS
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(SHIPPED, tmp_path / "company"))
    (folder / "forms" / "loan.yaml").write_text(FORM, encoding="utf-8")
    for of_shipped_form in ("risk", "reports"):
        shutil.rmtree(folder / of_shipped_form)
    (folder / "reports.yaml").unlink()  # it names the stages of the shipped flow
    return folder


def flow_of(folder: Path, text: str) -> Flow:
    (folder / "flows" / "standard.yaml").write_text(text, encoding="utf-8")
    (flow,) = load_company(folder).flows.flows
    return flow


def problems(folder: Path, text: str) -> list[str]:
    (folder / "flows" / "standard.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(CompanyError) as caught:
        load_company(folder)
    return [re.sub(r"^第 (\d+) 行 .*?：", r"\1 ", str(problem)) for problem in caught.value.problems]


def test_a_whole_flow(folder: Path) -> None:
    flow = flow_of(folder, WHOLE)
    assert (flow.key, flow.name, flow.form, flow.products) == ("standard", "标准流程", "loan", ("house", "car"))
    assert (flow.withdraw_until, flow.pauses) == ("pay", ("待客户补件",))
    assert flow.stage("bank") == Stage("bank", "银行", StageType.WAITING)
    hours = Length(2, Unit.HOUR, working=True)
    ladder = (Step(Rung.REMIND, hours, before=True), Step(Rung.SUPERIOR), Step(Rung.SMS, Length(1, Unit.DAY)))
    assert flow.nodes == (
        Start("start", "提交", "apply", "check"),
        Approve(
            "check",
            "初审",
            "apply",
            "split",
            "no",
            (
                Who(people=("batu",)),
                Who(role="approver", department="总部/审批部", when="amount >= 50万"),
                Who(role="risk", department="="),
                Who(head=True),
                Who(superior=2),
                Who(chosen=True),
                Who(field="boss"),
            ),
            Mode.RATIO,
            60,
            money=True,
            repeat=Repeat.CONSECUTIVE,
            resume=Resume.THERE,
            verbs=frozenset({Decision.AGREE, Decision.REFUSE, Decision.RETURN}),
            reasons=frozenset({Decision.REFUSE}),
            deadline=Deadline(Length(8, Unit.HOUR, working=True), ladder),
            hidden=("rate",),
            editable=("term",),
        ),
        Parallel("split", "同时办", "apply", ("answer", "tell"), "size"),
        Wait("answer", "等银行", "bank", "size", "银行批复"),
        Copy("tell", "抄送", "apply", "size", (Who(role="manager"),)),
        Condition("size", "金额", "apply", (Case("pay", "amount >= 200万"), Case("mark"))),
        Act("mark", "标记", "apply", "pay", (Do("grade", "A"), Do("tag", "大额"), Do("tell", "可以放款了"))),
        Handle("pay", "放款", "apply", "done", (Who(role="finance"),), money=True, payout=True),
        End("done", "贷后", "won"),
        End("no", "未通过", "lost"),
    )


def test_the_shipped_flow() -> None:
    company = load_company(SHIPPED)
    (flow,) = company.flows.flows
    assert company.form(flow.form) is not None
    assert [stage.name for stage in flow.stages] == ["进件", "初审", "复审", "签约", "放款", "贷后", "未通过"]
    assert company.flows.of("house") == company.flows.of(None) == flow
    tier = flow.node("tier")
    assert isinstance(tier, Condition)
    assert [(case.when, case.to) for case in tier.cases] == [
        ("amount >= 200万", "joint_review"),
        ("amount >= 50万", "second_review"),
        ("", "signing"),
    ]
    joint, payout = flow.node("joint_review"), flow.node("payout")
    assert isinstance(joint, Approve)
    assert (joint.mode, joint.money, {who.role for who in joint.who}) == (Mode.ALL, True, {"approver", "risk"})
    assert isinstance(payout, Handle)
    assert (payout.payout, payout.money) == (True, True)
    assert flow.filled_later == {
        *("paid_amount", "paid_on", "yearly_rate", "service_fee", "upfront_fee", "monthly_fee")
    }
    assert all(node.deadline for node in flow.nodes if isinstance(node, Approve | Handle))


def test_a_company_without_flows_and_forms(folder: Path) -> None:
    with_them = load_company(SHIPPED)
    shutil.rmtree(folder / "flows")
    shutil.rmtree(folder / "forms")
    bare = load_company(folder)
    assert (bare.forms, bare.flows.flows) == ((), ())
    assert bare.version != with_them.version


def nodes(text: str) -> str:
    """A flow with these nodes between its start and its ends, from line 10 on."""
    return HEAD + "".join(f"  - {line}\n" for line in text.splitlines()) + ENDS


def approve(more: str = "", key: str = "check") -> str:
    """An approve node on one line."""
    return f"{{key: {key}, name: 初审, stage: apply, kind: 审批, who: [{{role: 审批人}}]{more}}}"


def one(kind: str, more: str) -> str:
    """A flow with one node of this kind, at line 10."""
    return nodes(f"{{key: a, name: 甲, stage: apply, kind: {kind}, {more}}}")


def who(text: str) -> str:
    return nodes(approve().replace("{role: 审批人}", text))


WAYS = "people、role、head、superior、submitter、chosen、field"
PLAIN = nodes(approve())
CIRCLE = "{key: a, name: 甲, stage: apply, kind: 抄送, who: [{head: 是}], next: b}\n"
CIRCLE += "{key: b, name: 乙, stage: apply, kind: 条件, cases: [{when: term > 5, to: a}, {to: done}]}"
PARALLEL = "{key: p, name: 并行, stage: apply, kind: 并行, branches: [a, b], join: j}\n"
PARALLEL += f"{approve(', next: j', 'a')}\n{approve(', next: j', 'b')}\n{approve(key='j')}"
WRONG = [
    (HEAD.replace("form: loan", "form: laon") + ENDS, ["2 form：没有表单 “laon”，是不是 “loan”？"]),
    (HEAD.replace("type: 等待", "type: 等") + ENDS, ["5 type 不能这样写，现在是 “等”，是不是 “等待”？"]),
    (HEAD.replace("key: bank", "key: apply") + ENDS, ["5 key：上面已经写过 “apply”，请换一个"]),
    (nodes(approve(", stage: aply").replace("stage: apply, ", "", 1)), ["10 stage：没有阶段 “aply”，是不是 “apply”？"]),
    (nodes(approve(", next: don")), ["10 next：没有节点 “don”，是不是 “done”？"]),
    (one("审核", "who: [{head: 是}]"),
     ["10 kind 不能这样写，现在是 “审核”；可以写 开始、审批、办理、抄送、条件、并行、等待、动作、结束"]),
    (nodes(approve(", payout: 是")),
     ["10 payout 不写在 “审批” 里；可以写 who、next、money、resume、deadline、ladder、hidden、editable、must、how、"
      "refused、repeat、verbs、reasons、override"]),
    (nodes("{key: a, name: 甲, stage: apply, kind: 办理}"), ["10 缺少 “who”"]),
    (nodes(approve(key="start")), ["10 key：上面已经写过 “start”，请换一个"]),
    (HEAD + ENDS.splitlines()[1] + "\n" + "  - " + approve() + "\n", ["11 缺少 “next”"]),
    (HEAD.replace("form: loan", "form: loan\nwithdraw_until: pey") + ENDS,
     ["3 withdraw_until：没有节点 “pey”；可以写 start、done、no"]),
    # Who.
    (who("{rool: 审批人}"), ["10 不认识 “rool”，是不是 “role”？"]),
    (who("{when: amount > 5}"), [f"10 who 的每一条要写、也只写其中一种；可以写 {WAYS}"]),
    (who("{role: 审批人, head: 是}"), [f"10 head 的每一条要写、也只写其中一种；可以写 {WAYS}"]),
    (who("{role: 审匹人}"), ["10 role 不能这样写，现在是 “审匹人”，是不是 “审批人”？"]),
    (who("{role: 老板}"),
     ["10 role 不能这样写，现在是 “老板”；可以写 客户经理、审批人、审批、风控、经理、财务、管理员"]),
    (who("{head: 否}"), ["10 head 只能写 是；不要就删掉，现在是 “否”"]),
    (who("{head: 是, department: 包头}"), ["10 department 只与 role 一起写"]),
    (who("{superior: 9}"), ["10 superior 应为 1 到 5 的整数，现在是 “9”"]),
    (who("{field: bos}"), ["10 field：“bos” 不是表单里的字段，是不是 “boss”？"]),
    (who("{field: amount}"), ["10 field：“amount” 应为人员字段；可以写 boss"]),
    (who("{head: 是, when: amuont > 5}"), ["10 when 第 1 个字：没有 “amuont” 这一项，是不是 “amount”？"]),
    # How, verbs.
    (nodes(approve(", how: 60")), ["10 how 不能这样写，现在是 “60”，是不是 “60%”？"]),
    (nodes(approve(", how: 全签")), ["10 how 不能这样写，现在是 “全签”；可以写 会签、或签、依次、60%"]),
    (nodes(approve(", verbs: [驳回]")), ["10 verbs 里要有 同意，不然走不下去"]),
    (nodes(approve(", verbs: [同意], reasons: [退回]")), ["10 reasons 里的，verbs 里也要有"]),
    (nodes(approve(", verbs: [同意, 撤销]")),
     ["10 verbs 不能这样写，现在是 “撤销”；可以写 同意、驳回、退回、转交、委派、前加签、后加签、减签、取回、抄送"]),
    (nodes(approve()) + "  - {key: never, name: 也不行, stage: lost, kind: 结束}\n",
     ["10 节点 “check” 驳回以后去哪里？请写 refused（只有一个失败的结束节点时可以不写）"]),
    (nodes(approve(", hidden: [amont]")), ["10 hidden：“amont” 不是表单里的字段，是不是 “amount”？"]),
    (nodes(approve(", hidden: [申请金额]")), ["10 hidden：“申请金额” 不是表单里的字段，是不是 “amount”？"]),
    (nodes(approve(", must: [term]")), ["10 must：必填的要先写进 editable，“term” 不在里面"]),
    (nodes(approve(", editable: [term], must: [amount]")),
     ["10 must：必填的要先写进 editable，“amount” 不在里面；可以写 term"]),
    (nodes(approve(", hidden: [amount]")), ["10 hidden：“amount” 是处理人要看着决定的，不能藏起来"]),
    (nodes(approve(", hidden: [term]")), ["10 hidden：“term” 是处理人要看着决定的，不能藏起来"]),
    (nodes(approve(", hidden: [boss], editable: [boss]")), ["10 editable：“boss” 已经写在 hidden 里，看不到的改不了"]),
    (
        nodes(approve(", editable: [id]")),
        ["10 editable：“id” 说的是客户是谁，提交以后不能在节点里改；要改请退回给提交人"],
    ),
    (
        nodes(approve(", editable: [deed]")),
        ["10 editable：“deed” 应为填写的字段，不是计算出来的，也不是文件；可以写 amount、term、boss、id"],
    ),
    (
        one("办理", "who: [{role: 财务}], payout: 是, editable: [amount]"),
        ["10 editable：放款节点不能改 “amount”，放了多少另用一个金额字段"],
    ),
    (nodes(approve(", editable: [rate]")),
     ["10 editable：“rate” 应为填写的字段，不是计算出来的，也不是文件；可以写 amount、term、boss、id"]),
    # Deadlines.
    (nodes(approve(", ladder: [{at: 到期, do: 提醒}]")), ["10 ladder 要与 deadline 一起写"]),
    (nodes(approve(", deadline: 8个工时, ladder: [{at: 到期, do: 提醒}]")),
     ["10 deadline 应为时长：1 到 9999 天、小时、分钟，或工作日、工作小时、工作分钟，"
      "现在是 “8个工时”，是不是 “8工作小时”？"]),
    (nodes(approve(", deadline: 1天, ladder: [{at: 到期后4小时, do: 提醒}]")),
     ["10 at 应为到期、到期前多久或超期多久，现在是 “到期后4小时”，是不是 “超期4小时”？"]),
    (nodes(approve(", deadline: 1天, ladder: [{at: 到期前半小时, do: 提醒}]")),
     ["10 at 应为到期、到期前多久或超期多久，现在是 “到期前半小时”，是不是 “到期前30分钟”？"]),
    (nodes(approve(", deadline: 2工作小时, ladder: [{at: 到期前120工作分钟, do: 提醒}]")),
     ["10 at：比 deadline 还长，一开始就过了，现在是 “到期前120工作分钟”"]),
    (nodes(approve(", deadline: 24小时, ladder: [{at: 到期前1天, do: 提醒}]")),
     ["10 at：比 deadline 还长，一开始就过了，现在是 “到期前1天”"]),
    (nodes(approve(", deadline: 1天, ladder: [{at: 过期, do: 提醒}]")),
     ["10 at 应为到期、到期前多久或超期多久，现在是 “过期”，例如 到期前2工作小时"]),
    (nodes(approve(", deadline: 1天, ladder: [{at: 到期, do: 升级}]")),
     ["10 do 不能这样写，现在是 “升级”；可以写 提醒、提醒并抄送上级、转交上级、自动同意、自动驳回、短信"]),
    (nodes(approve(", money: 是, deadline: 1天, ladder: [{at: 到期, do: 自动同意}]")),
     ["10 do：涉及资金的节点不能自动同意，要有人点"]),
    (one("办理", "who: [{head: 是}], deadline: 1天, ladder: [{at: 到期, do: 自动驳回}]"),
     ["10 do：办理节点没有同意和驳回，现在是 “自动驳回”"]),
    (nodes(approve(", verbs: [同意, 转交], deadline: 1天, ladder: [{at: 到期, do: 自动驳回}]")),
     ["10 do：这一步的 verbs 里没有 驳回，不能自动驳回"]),
    # Other kinds.
    (one("条件", "cases: [{when: term > 5, to: done}, {when: term < 5, to: no}]"),
     ["10 when：最后一条不写 when，前面都不符合的走这一条"]),
    (one("条件", "cases: [{to: done}, {to: no}]"), ["10 cases：只有最后一条不写 when"]),
    (one("条件", "cases: [{to: done}]"), ["10 cases 至少写两条：符合 when 的去哪里，其余的去哪里"]),
    (one("动作", "does: [{grade: E}]"),
     ["10 grade 不能这样写，现在是 “E”；可以写 A、B、C、D"]),
    (one("动作", "does: [{tag: 高意}]"), ["10 tag 不能这样写，现在是 “高意”，是不是 “高意向”？"]),
    (one("动作", "does: [{tag: 大额, tell: 好}]"),
     ["10 does 的每一条写一件事；可以写 grade、tag、untag、tell"]),
    (nodes(PARALLEL.replace("[a, b]", "[a]").replace(", next: j}", "}")), ["10 branches 至少写两条分支"]),
    (HEAD + ENDS.replace("stage: lost", "stage: bank"), ["11 stage：结束节点的阶段应是成功或失败，“bank” 不是"]),
    # What money hangs on is never the submitter's alone.
    (nodes("{key: a, name: 甲, stage: apply, kind: 办理, who: [{submitter: 是}], payout: 是}"),
     ["10 who：节点 “a” 涉及资金，不能只由提交人自己办"]),
    (nodes("{key: a, name: 甲, stage: apply, kind: 办理, who: [{role: 财务}, {role: 客户经理}], money: 是}"),
     ["10 who：节点 “a” 涉及资金，不能按岗位交给客户经理"]),
    (nodes("{key: a, name: 甲, stage: apply, kind: 办理, who: [{role: 财务}], payout: 是, next: check}\n"
           f"{approve(', next: b')}\n"
           "{key: b, name: 乙, stage: apply, kind: 办理, who: [{role: 财务}], payout: 是}"),
     ["10 key：有几个放款节点时，每个都要在 must 里写一个金额字段，“a” 没有",
      "12 key：有几个放款节点时，每个都要在 must 里写一个金额字段，“b” 没有"]),
    (nodes('{key: a, name: 甲, stage: apply, kind: 条件, cases: '
           '[{when: amount >= 50万, to: done}, {when: amount >= 200万, to: no}, {to: no}]}'),
     ["10 cases：第 2 条 amount >= 200万 永远轮不到：前面第 1 条 amount >= 50万 先占了；请移到前面"]),
    # Between the nodes.
    (HEAD.replace("kind: 开始", "kind: 办理, who: [{head: 是}]") + ENDS, ["9 key：第一个节点应是开始"]),
    (nodes("{key: again, name: 提交, stage: apply, kind: 开始}"), ["10 key：只能有一个开始节点"]),
    (nodes(approve(", next: done") + "\n" + approve(key="lost_one")), ["11 key：没有路走到节点 “lost_one”"]),
    (nodes(CIRCLE), ["10 key：从节点 “a” 出发会自己转回来，中间没有人处理，永远停不下来"]),
    (nodes("{key: a, name: 甲, stage: apply, kind: 办理, who: [{head: 是}], next: b}\n"
           "{key: b, name: 乙, stage: apply, kind: 办理, who: [{head: 是}], next: a}"),
     ["10 key：从节点 “a” 走不到结束：一路同意也出不来（驳回不算出路）"]),
    (nodes(PARALLEL.replace("next: j", "next: done", 1)),
     ["11 key：分支里从 “a” 走到了 “done”，没有经过汇合节点（驳回可以去结束节点）"]),
    (nodes(PARALLEL.replace("[a, b]", "[a, b, j]")), ["10 key：“p” 的分支 “j” 就是汇合节点，里面什么也没有"]),
    (nodes(PARALLEL.replace("next: j", "next: j, refused: p", 1)),
     ["11 key：分支里从 “a” 走到了 “p”，没有经过汇合节点（驳回可以去结束节点）"]),
    (nodes(f"{{key: a0, name: 甲, stage: apply, kind: 条件, cases: [{{when: term > 5, to: p}}, {{to: j}}]}}\n"
           f"{PARALLEL}"),
     ["10 key：“j” 在别的节点的分支里，或是它的汇合节点，不能从这里走进去"]),
    (nodes(PARALLEL.replace("next: j", "next: b", 1)),
     ["11 key：“b” 在别的节点的分支里，或是它的汇合节点，不能从这里走进去"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), WRONG, ids=range(len(WRONG)))
def test_what_is_wrong_is_named_with_its_line(folder: Path, text: str, said: list[str]) -> None:
    assert problems(folder, text) == said


def beside(folder: Path, name: str, text: str) -> list[str]:
    """What is said where a second flow stands in the file of this name."""
    (folder / "flows" / name).write_text(text, encoding="utf-8")
    return problems(folder, PLAIN.replace("form: loan", "form: loan\nproducts: [房抵]"))


def test_a_product_has_one_flow(folder: Path) -> None:
    second = PLAIN.replace("标准流程", "第二流程")
    assert beside(folder, "z.yaml", second.replace("form: loan", "form: loan\nproducts: [车抵, 房抵]")) == [
        "3 products：“房抵” 已经由流程 “标准流程” 办理"
    ]
    assert beside(folder, "z.yaml", PLAIN.replace("form: loan", "form: loan\nproducts: [车抵]")) == [
        "1 name：上面已经写过 “标准流程”，请换一个"
    ]
    (folder / "flows" / "z.yaml").write_text(second, encoding="utf-8")
    assert problems(folder, PLAIN) == ["1 name：没有写 products 的流程只能有一个，“标准流程” 已经是了"]


def test_each_of_several_payouts_demands_a_sum_of_its_own(folder: Path) -> None:
    form = FORM.replace("key: boss, label: 审批人, kind: 人员", "key: lent, label: 放款金额, kind: 金额")
    (folder / "forms" / "loan.yaml").write_text(form, encoding="utf-8")
    pay = "who: [{role: 财务}], payout: 是"
    assert problems(
        folder,
        nodes(
            f"{{key: a, name: 甲, stage: apply, kind: 办理, {pay}, editable: [lent], must: [lent], next: b}}\n"
            f"{{key: b, name: 乙, stage: apply, kind: 办理, {pay}, editable: [lent]}}"
        ),
    ) == [
        "11 key：有几个放款节点时，每个都要在 must 里写一个金额字段，“b” 没有",
        "11 editable：字段 “lent” 已经是放款节点 “a” 的，几个放款节点不能共用",
        "13 key：没有路走到节点 “no”",
    ]


STAGE_HINT = "（用这张表单的流程都要有；或给那个流程另写一张表单）"


def test_a_document_waits_for_a_stage_of_each_flow_with_its_form(folder: Path) -> None:
    text = FORM + "documents:\n  - {key: a, name: 甲, stage: aply}\n  - {key: b, name: 乙, stage: apply}\n"
    (folder / "forms" / "loan.yaml").write_text(text, encoding="utf-8")
    assert problems(folder, PLAIN) == [f"10 stage：流程 “标准流程” 没有阶段 “aply”{STAGE_HINT}，是不是 “apply”？"]


def test_a_document_waits_for_a_stage_of_the_flows_of_its_products_alone(folder: Path) -> None:
    text = (
        FORM
        + "documents:\n  - {key: a, name: 甲, products: [房抵], stage: apply}\n  - {key: b, name: 乙, stage: apply}\n"
    )
    (folder / "forms" / "loan.yaml").write_text(text, encoding="utf-8")
    other = PLAIN.replace("apply", "begin").replace("标准流程", "车抵流程")
    assert beside(folder, "z.yaml", other.replace("form: loan", "form: loan\nproducts: [车抵]")) == [
        f"11 stage：流程 “车抵流程” 没有阶段 “apply”{STAGE_HINT}；可以写 begin、bank、won、lost"
    ]


def test_a_document_of_a_product_of_another_flow_asks_nothing_of_the_flow_of_all_the_rest(folder: Path) -> None:
    """The flow without products serves those alone that no other one serves."""
    documents = "documents:\n  - {key: a, name: 甲, products: [房抵], stage: begin}\n"
    (folder / "forms" / "loan.yaml").write_text(FORM + documents, encoding="utf-8")
    other = PLAIN.replace("apply", "begin").replace("标准流程", "房抵流程")
    other = other.replace("form: loan", "form: loan\nproducts: [房抵]")
    (folder / "flows" / "z.yaml").write_text(other, encoding="utf-8")
    (folder / "flows" / "standard.yaml").write_text(PLAIN, encoding="utf-8")
    assert [flow.name for flow in load_company(folder).flows.flows] == ["标准流程", "房抵流程"]
    both = FORM + documents.replace("[房抵]", "[房抵, 车抵]")
    (folder / "forms" / "loan.yaml").write_text(both, encoding="utf-8")
    assert problems(folder, PLAIN) == [
        f"10 stage：流程 “标准流程” 没有阶段 “begin”{STAGE_HINT}；可以写 apply、bank、won、lost"
    ]


def test_a_form_that_is_wrong_brings_no_second_mistake_in_its_flow(folder: Path) -> None:
    (folder / "forms" / "loan.yaml").write_text(FORM.replace("key: boss", "key: Boss"), encoding="utf-8")
    said = problems(folder, who("{field: boss, when: boos > 5}"))
    assert len(said) == 1
    assert said[0].startswith("5 key 应为小写字母开头")


@pytest.mark.parametrize("amount", ["key: amuont, label", "key: amount, kind: 文字, label"])
def test_a_form_without_its_amount_is_told_once(folder: Path, amount: str) -> None:
    """Though the cases of a flow are compared by it."""
    wrong = FORM.replace("key: amount, label", amount).replace(
        "kind: 文字, label: 申请金额, kind: 金额", "kind: 文字, label: 申请金额"
    )
    (folder / "forms" / "loan.yaml").write_text(
        wrong.replace("formula: amount / term", "formula: term / 2"), encoding="utf-8"
    )
    said = problems(folder, WHOLE)
    assert said
    assert any("amount" in each or "amuont" in each for each in said)


def test_a_form_that_is_no_yaml_is_there_all_the_same(folder: Path) -> None:
    (folder / "forms" / "loan.yaml").write_text("fields: [\n", encoding="utf-8")
    assert problems(folder, PLAIN) == ["1 fields：这里开始的 [ 或 { 没有结束，或各项之间缺少半角逗号"]
