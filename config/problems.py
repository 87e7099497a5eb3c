"""What can be wrong with settings and with the company's YAML, and how it is said: one table and one way for both.

A check gives the kind of the mistake and its details; the sentence is made here, in Chinese, because administrators
read it. `found` is what stands there, `near` the word that was likely meant, `known` what there is to choose from,
`mend` the next step. A kind that is not in the table (a check of pydantic's own) gets a sentence that is true of any.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from difflib import get_close_matches

_ALIKE = 0.6
SAME = 0.8  # so alike that one is the other mistyped

SENTENCES: dict[str, str] = {
    # Values, wherever they stand.
    "number": "{key} 应为 {low} 到 {high} 的整数",
    "choice": "{key} 不能这样写",
    "shape": "{key} 应为{what}",
    "missing": "缺少 “{key}”",
    # Settings.
    "database": "{key} 应为 sqlite:///文件 或 postgresql+psycopg://用户:密码@主机/库名",
    "redis": "{key} 应为 embedded、redis://主机:端口/编号、rediss://… 或 unix://套接字文件",
    "address": "{key} 应为 https:// 开头的地址，不带用户名和参数",
    "plain_http": "{key} 用 http:// 时只能指向本机或内网：每次调用的地址里都带着应用的 Secret",
    "plain_sms": "{key} 用 http:// 时只能指向本机或内网：每次调用里都有同事的手机号",
    "demo_app": "{key} 是演示用的虚构应用，不能用在正式环境：请从钉钉开发者后台复制自己应用的 Client ID",
    "demo_corp": "{key} 是演示用的虚构公司，不能用在正式环境：请从企业微信后台复制自己的企业ID",
    "no_folder": "{key} 指的文件夹不存在",
    "file_in_the_way": "{key} 要放在 {there} 下面，可它是一个文件",
    "folder_not_made": "{key} 指的文件夹不存在，也建不起来（{there} 下面不能建文件夹）",
    "no_key": "没有设置 {key}：正式运行要用它加密个人信息。请另存一份，丢了就什么也解不开",
    "lone_old_key": "设置了 {key}，却没有设置 TUOLING_SECRET_KEY：旧密钥只在换密钥时用",
    "same_keys": "{key} 与 TUOLING_SECRET_KEY 相同：新密钥写进 TUOLING_SECRET_KEY，或者删掉 {key}",
    "half_an_app": "没有设置 {key}，却设置了 {there}：{app}要么 {all} 都设置，要么都不设置",
    "contacts_alone": "设置了 {key}，却没有设置企业微信应用（WECOM_CORP_ID 等五个变量）：通讯录由应用来读",
    "contacts_secret": "{key} 与 WECOM_SECRET 相同：要的是 管理工具 → 通讯录同步 的 Secret；没有就删掉这一行",
    "database_folder": "{key} 指的文件在文件夹 {folder} 里，这个文件夹不存在",
    "unknown_variable": "不认识 “{key}”，已忽略",
    "env_line": "看不懂 {key} 这一行，应写成 {key}=…，等号用半角",
    "unreadable": "读不了：{why}",
    "encoding": "不是 UTF-8 编码（是不是 GBK？），请另存为 UTF-8",
    # YAML: the file and its form.
    "no_company": "不是文件夹；TUOLING_CONFIG_DIR 应指向放公司 YAML 的文件夹",
    "unknown_file": "不认识这个文件 “{key}”，没有人会读它",
    "unknown_folder": "不认识这个文件夹 “{key}”，没有人会读它",
    "too_large": "超过 {most} KB",
    "empty_file": "是空的",
    "second_document": "这里又开始一份文档（---），一个文件只能有一份",
    "control": "有 YAML 不允许的控制字符",
    "anchor": "不支持锚点 & 和别名 *，请把值直接写出来",
    "tag": "不支持标签 !，请直接写值",
    "deep": "嵌套超过 {most} 层",
    "key_form": "键应为一个普通的词",
    "no_colon": "缺少冒号，或冒号后面没有空格，应写成 键: 值",
    "open_quote": "这里开始的引号没有结束",
    "open_bracket": "这里开始的 [ 或 {{ 没有结束，或各项之间缺少半角逗号",
    "second_colon": "多了一个冒号，或缩进不对；值里有冒号时，请用半角引号括起来",
    "indent": "缩进与上面的行对不齐",
    "tab": "缩进里有制表符（Tab），应改为半角空格",
    "start": "值不能以这个符号开头，请用半角引号括起来",
    "dash": "“- ” 要另起一行",
    "tight_dash": "{key}：“-” 后面要空一格",
    "dash_key": "不认识 “-{key}”：要另起一条，“-” 后面要空一格，即 - {key}: …；不是另起一条，就去掉 “-”",
    "syntax": "不是正确的 YAML",
    # YAML: full-width marks, which look right and mean nothing.
    "wide_colon": "“{key}” 后面是全角冒号 “：”，应为半角冒号加空格，即 {key}: …",
    "tight_colon": "“{key}” 的冒号后面要空一格，即 {key}: …",
    "wide_quotes": "{key} 的 {word} 外面是全角引号，应为半角引号，或者不加引号",
    "wide_list": "{key} 的列表用了全角的括号或逗号，应写成 [甲, 乙]",
    "wide_indent": "缩进里有全角空格，应改为半角空格",
    "wide_dash": "行首的 “{key}” 是全角，应为半角的 “- ”",
    "wide_hash": "行首的 “{key}” 是全角，注释应为半角的 “#”",
    "wide_digits": "{key} 的数字是全角，应为半角",
    # YAML: what stands in it.
    "unknown_key": "不认识 “{key}”",
    "twice": "“{key}” 写了两遍，请留一个",
    "table": "{key} 应为几行 键: 值",
    "list": "{key} 应为列表",
    "items": "{key} 应为列表，每一条以 “- ” 开头",
    "item": "{key} 的每一条应为几行 键: 值",
    "empty": "{key} 不能空着",
    "text": "{key} 应为文字",
    "long": "{key} 有 {count} 个字，最多 {most} 个",
    "no_pool": "{key} 不是哪个公海的 key",
    "everybody": "{key} 里 “全员” 就是所有人，不能与别的部门并列",
    "unknown_region": "{key}：不认识地区 “{word}”",
    "unknown_product": "{key}：不认识产品 “{word}”",
    "account": "{key} 应为账号（字母、数字和 - _ . @）",
    "length": "{key} 应为时长：1 到 {most} 天、小时或分钟",
    "no_members": "{key}：没有写哪些人可以领取，请写 departments（部门，所有人写 全员）或 people（账号）",
    "for_whom": "{key}：没有写是给谁的，people、ranks、departments 至少写一个；给所有人的写在 holding",
    "taken_word": "{key}：“{word}” 已经指公海 “{other}”，请换一个",
    "taken_rule": "{key}：上面已经有一条规则叫 “{word}”，请换一个",
    "taken_template": "{key}：上面已经有一个话术叫 “{word}”，请换一个",
    "no_tag": "{key} 不是上面 tags 里的标签",
    "tag_word": "{key}：“{word}” 已经指 “{other}”，请换一个",
    "no_condition": "{key}：这条规则没有写条件，会给所有线索打上标签",
    "many": "{key} 太多，最多 {most} 个",
    "taken": "{key}：上面已经写过 “{word}”，请换一个",
    "not_in": "{key} 不写在 “{word}” 里",
    "bounds": "{key} 比 least 还小",
    # Conditions and formulas: `column` counts the characters of what was written.
    "unknown_name": "{key} 第 {column} 个字：没有 “{word}” 这一项",
    "name_below": "{key} 第 {column} 个字：“{word}” 写在下面，这里只能用上面的字段",
    "kinds": "{key} 第 {column} 个字：“{word}” 的两边不能这样比较或计算（文字不能和数字比；两个界限分开写，中间用 &&）",
    "condition": "{key} 应为条件，答案是 是 或 否，例如 amount >= 50万",
    "formula": "{key} 应算出一个数",
    "wide_sign": "{key} 第 {column} 个字：“{word}” 是全角，应为半角",
    "long_expression": "{key} 超过 {most} 个字，请拆开写",
    "unfinished": "{key} 没有写完，或括号、引号没有结束",
    "sign": "{key} 第 {column} 个字：没有 “{word}” 这个符号",
    "bare_word": "{key} 第 {column} 个字：“{word}” 不能这样写，字段写它的 key，文字放在半角引号里",
    "expression": "{key} 第 {column} 个字：“{word}” 的写法不对",
    "region_code": "{key}：{name} 里是行政区划代码，不会是 “{word}”",
    "never_so": "{key}：{name} 不会是 “{word}”",
    # Forms and flows.
    "file_name": "文件名应为小写字母开头，只有小写字母、数字、- 和 _，最多 20 个，以 .yaml 结尾",
    "many_files": "文件太多，最多 {most} 个",
    "about_key": "{key}：“{word}” 是条件里现成的名字，请换一个",
    "no_field": "{key}：“{word}” 不是表单里的字段",
    "field_kind": "{key}：“{word}” 应为{what}",
    "needed_field": "{key} 里缺少 “{word}”（{what}），每张表单都要有",
    "needed_kind": "{key}：“{word}” 应为{what}",
    "one_way": "{key} 的每一条要写、也只写其中一种",
    "one_payout": "{key}：放款节点只能填一个{what}（放了多少、哪天放的），现在有 {word}",
    "names_somebody": "{key}：“{word}” 说的是客户是谁，提交以后不能在节点里改；要改请退回给提交人",
    "payout_amount": "{key}：放款节点不能改 “{word}”，放了多少另用一个金额字段",
    "payout_sum": "{key}：有几个放款节点时，每个都要在 must 里写一个金额字段，“{word}” 没有",
    "payout_field": "{key}：字段 “{word}” 已经是放款节点 “{other}” 的，几个放款节点不能共用",
    "money_himself": "{key}：节点 “{word}” 涉及资金，不能只由提交人自己办",
    "money_officer": "{key}：节点 “{word}” 涉及资金，不能按岗位交给客户经理",
    "stuck": "{key}：从节点 “{word}” 同意下去会绕回它自己，这一圈里没有人能改什么，条件永远一样，走不出来",
    "only_yes": "{key} 只能写 是；不要就删掉",
    "department_of_role": "{key} 只与 role 一起写",
    "no_deadline": "{key} 要与 deadline 一起写",
    "before_start": "{key}：比 deadline 还长，一开始就过了",
    "no_silent_pass": "{key}：涉及资金的节点不能自动同意，要有人点",
    "nothing_to_decide": "{key}：办理节点没有同意和驳回",
    "no_refusal": "{key}：这一步的 verbs 里没有 驳回，不能自动驳回",
    "no_node": "{key}：没有节点 “{word}”",
    "no_stage": "{key}：没有阶段 “{word}”",
    "no_form": "{key}：没有表单 “{word}”",
    "no_agree": "{key} 里要有 同意，不然走不下去",
    "no_such_verb": "{key} 里的，verbs 里也要有",
    "no_refused": "节点 “{word}” 驳回以后去哪里？请写 refused（只有一个失败的结束节点时可以不写）",
    "always_shown": "{key}：“{word}” 是处理人要看着决定的，不能藏起来",
    "hidden_and_editable": "{key}：“{word}” 已经写在 hidden 里，看不到的改不了",
    "must_not_editable": "{key}：必填的要先写进 editable，“{word}” 不在里面",
    "case_without_when": "{key}：只有最后一条不写 when",
    "last_case": "{key}：最后一条不写 when，前面都不符合的走这一条",
    "case_covered": "{key}：第 {number} 条 {word} 永远轮不到：前面第 {before} 条 {other} 先占了；请移到前面",
    "one_case": "{key} 至少写两条：符合 when 的去哪里，其余的去哪里",
    "one_branch": "{key} 至少写两条分支",
    "one_action": "{key} 的每一条写一件事",
    "end_stage": "{key}：结束节点的阶段应是成功或失败，“{word}” 不是",
    "start_first": "{key}：第一个节点应是开始",
    "second_start": "{key}：只能有一个开始节点",
    "unreachable": "{key}：没有路走到节点 “{word}”",
    "endless": "{key}：从节点 “{word}” 走不到结束：一路同意也出不来（驳回不算出路）",
    "circle": "{key}：从节点 “{word}” 出发会自己转回来，中间没有人处理，永远停不下来",
    "branch_out": "{key}：分支里从 “{word}” 走到了 “{other}”，没有经过汇合节点（驳回可以去结束节点）",
    "empty_branch": "{key}：“{word}” 的分支 “{other}” 就是汇合节点，里面什么也没有",
    "branch_in": "{key}：“{word}” 在别的节点的分支里，或是它的汇合节点，不能从这里走进去",
    "shared_join": "{key}：节点 “{word}” 和 “{other}” 不能用同一个汇合节点",
    "taken_product": "{key}：“{word}” 已经由流程 “{other}” 办理",
    "second_rest": "{key}：没有写 products 的流程只能有一个，“{other}” 已经是了",
    "stage_of_flow": "{key}：流程 “{flow}” 没有阶段 “{word}”（用这张表单的流程都要有；或给那个流程另写一张表单）",
    # Risk.
    "taken_name": "{key}：“{word}” 已经有了，请换一个",
    "no_name": "{key}：没有 “{word}” 这一项",
    "no_unit": "{key}：没有单位 “{word}”",
    "braces": "{key} 里的花括号要成对，里面写一项的 key",
    "not_text": "{key}：“{word}” 不是文字，不能按名单查",
    "cells": "{key} 要有 {count} 格，与 of 一样多",
    "number_cell": "{key}：“{word}” 应为 任意，或 < <= > >= 加一个数",
    "row_covered": "{key}：第 {number} 行永远轮不到：前面第 {before} 行什么都符合；请移到前面",
    "not_scored": "{key}：“{word}” 不是数字或文字，不能打分",
    "rising": "{key} 的 below 要从小到大，不能重复",
    "falling": "{key} 的 from 要从高到低，不能重复",
    "last_range": "{key}：最后一条不写 {word}，剩下的都算它",
    "range_without": "{key}：缺少 {word}；只有最后一条不写",
    "bands": "{key}：最后一等不写 from，剩下的都是它；其余的都要写",
    "divides": "{key} 里不能有除法（0/0 说不出大小，会悄悄放过）：请在 values 里算好，再在这里比",
    "tangled": "{key} 由太多东西算出来（公式套公式），请拆简单些",
    "override_money": "{key} 只写在涉及资金（money: 是）的审批节点里：不同意预审建议的人要有岗位",
    "high_rate": "{key} 超过 100%，是不是多写了一位",
    "no_risk_rules": "流程要看预审（risk 或 override），risk 文件夹里却没有管 “{word}” 的规则，会全部当作没有预审",
    "second_score": "{key}：管这个产品的另一个文件已经有评分卡，一个产品只能有一张",
    # Reports.
    "words": "{key} 应给出文字；是数字的写 string(…)",
    "size_in_answer": "{key} 第 {column} 个字：“{word}” 的两边不能这样比较或计算；个数要写成 double(size(…))",
    "with": "{key} 要与 {word} 一起写",
    "report_url": "{key} 要写完整的网址，以 https:// 开头，不带用户名、密码、# 和 ? 后面的参数",
    "plain_report_url": "{key} 用 http:// 时只能指向本机（127.0.0.1、localhost）：里面有客户的身份信息",
    "no_reference": "{key} 的路径或参数里要写、也只写一次 {{reference}}，查的时候换成对方给的编号",
    "never_comes": "{key}：没有写报告以后怎么拿，请写 poll（我们去取）或 calls_back: 是（对方送来）",
    "sends_nobody": "{key}：没有写要查的是谁，至少要有其中一项",
    "second_general": "{key}：没有写 products 的只能有一条，上面已经有了",
    "skippable": "{key} 只与 mandatory: 是 一起写：不是必须的，查不到本来就不耽误",
    "bounds_of_typed": "{key} 只写在手工录入（没有 exchange）的数字里",
    "figure_of_field": "{key}：“{word}” 是表单「{form}」里的字段（{what}），报告里的值要代替它，种类应一样",
    "taken_figure": "{key}：“{word}” 在「{other}」里已经有了，都管同一个产品，请换一个，或者停用（active: 否）一家",
    "small_budget": "{key} 比 cost 还少，一份也查不了",
    "kept_shorter": "{key} 比 stale 还短：报告还能用就已经删了",
    "polled_too_late": "{key}：poll 的 every 不比 gives_up 短（不写就是 2小时），还没去取就已经放弃了",
    "no_authorisation": "{key}：{of}的表单「{form}」里，没有哪份资料授权 “{word}”，永远不能查"
    "（写在 forms 里资料的 authorises）",
    "no_challenged": "{key}：risk 里没有 “{word}.yaml” 可以代替",
    "second_challenger": "{key}：“{word}” 已经有挑战者 “{other}”，一个文件只能有一个",
    "challenger_products": "products 要与 “{word}.yaml” 的一样：挑战者代替的是它的整个文件",
    # Commission.
    "alike": "{key}：和方案「{word}」管的一样，时间也重叠，分不出用哪个；请把一个写得更窄，或用 since、until 错开",
    "last_step": "{key}：最后一档没有上限，不写 to",
    "gap": "{key} 和下一档的 from 之间空着一段，应相等",
    "overlap": "{key} 超过下一档的 from，两档重叠，应相等",
    # The schedule.
    "day_off": "{key} 只与 每周几、每月几号、每月最后一天 一起写：别的本来就说清了休息日做不做",
    "until_of_skipped": "{key} 只与 missed: 补做 一起写",
    "until_before": "{key}：还没发完就过了，要晚于 at 加上 spread",
    "until_long": "{key} 最长 7天：再晚就不是新消息了",
    # Automation.
    "webhook": "{key} 要写完整的网址，如 https://erp.example.com/in，不带用户名、密码和 ? 参数",
    "plain_webhook": "{key} 用 http:// 时只能指向本机或内网",
    "of_applications": "{key} 第 {column} 个字：“{word}” 只在 when 以 进件 开头时能用",
    "one_deed": "{key} 的每一条要写、也只写一件事",
    "within_of_task": "{key} 只与 task 一起写",
    "no_tag_of_company": "{key} 不是 tags.yaml 里的标签",
    "changed_without_if": "{key}：没有写 if，就是每次都做，请删掉这一行或写 否",
    "number_word": "{key}：“{word}” 在聊天里会当成页码（“公海 2” 是第 2 页），请换一个叫法",
    "command_word": "{key}：“{word}” 是聊天命令，不能作公海的叫法，请换一个",
}
_ANY = "{key} 的写法不对"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong, as it is shown, and where. Lines and columns count from 1; 0 means the file as a whole, and no
    file the process's environment."""

    text: str
    file: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        place = f"第 {self.line} 行 {self.file}：" if self.line else f"{self.file}：" if self.file else ""
        return place + self.text


class Wrong(Exception):
    """Something is configured wrongly; `problems` holds everything that is. Fit to be shown: no secret stands in it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class CompanyError(Wrong):
    """The company's folder cannot be used; `problems` holds all that is wrong, from the first line to the last."""


def say(
    kind: str,
    key: str,
    *,
    found: str = "",
    near: str = "",
    known: Collection[str] = (),
    example: object = "",
    mend: str = "",
    **details: object,
) -> str:
    """The sentence for one mistake. It ends without a full stop: what is to be typed may stand last."""
    text = SENTENCES.get(kind, _ANY).format(key=key, **details)
    if found:
        text += f"，现在{found}"
    if near:
        text += f"，是不是 “{near}”？"
    elif known:
        text += f"；可以写 {'、'.join(known)}"
    if example:
        text += f"，例如 {example}"
    if mend:
        text += f"。{mend}"
    return text


def likely(word: str, known: Collection[str], alike: float = _ALIKE) -> str:
    """The one of `known` that was meant by `word`, or nothing: the most alike, else the only one that begins so."""
    plain = word.strip().lower()
    near = get_close_matches(plain, known, n=1, cutoff=alike)
    begun = [each for each in known if len(plain) > 1 and each.startswith(plain)]
    return near[0] if near else begun[0] if len(begun) == 1 else ""


def quoted(text: object) -> str:
    """What stands there, as `found` says it."""
    return f"是 “{text}”"


def reason(error: OSError) -> str:
    """Why a file cannot be read, in Chinese where it is a reason that happens."""
    return _REASONS.get(type(error), error.strerror or "")


_REASONS: dict[type[OSError], str] = {
    FileNotFoundError: "没有这个文件",
    PermissionError: "没有权限",
    IsADirectoryError: "它是一个文件夹",
}
