"""What WeCom itself says about our app: clock, credentials, trusted address, callback, who sees it. Asks only; the one
message it tries goes to a member who cannot exist.

Sources: developer.work.weixin.qq.com/document/path/90313 (errcodes), 90227 (agent/get), 91039 (gettoken).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import requests
from wechatpy.exceptions import WeChatClientException

from bot.channels.wecom.client import Answer, WeComApi
from bot.channels.wecom.faults import fault_of
from bot.channels.wire import fault_of_exchange
from bot.health import Part
from config.settings import WeComSettings

SKEW_SECONDS = 60
NOBODY = "tuoling-doctor-nobody"
NO_CALLBACK = 43012
_NAMED = 5  # so many people are named; the others are counted

_UNTRUSTED = "企业微信管理后台 → 应用管理 → 本应用 → 企业可信IP：加入{ip}，一分钟后生效（先要有可信域名或回调地址）"
_CALLBACK = "企业微信管理后台 → 应用管理 → 本应用 → 接收消息 → 设置API接收：填 https://你的域名/wecom/callback 并保存"
_NO_CONTACTS = frozenset({48002, 60011, 84074})  # no permission for the interface, for anybody, for contacts
_CONTACTS = (
    "不用客户联系的可以不管；要用：企业微信管理后台 → 客户与上下游 → 客户联系 → API → 可调用接口的应用：勾选本应用，"
    "再到 客户联系 → 权限配置 把同事加进使用范围"
)
_MEMBERS = "企业微信管理后台 → 客户与上下游 → 客户联系 → 权限配置：把同事加进使用范围；他们还要在本应用的可见范围内"
_MEND = {
    40001: "WECOM_SECRET 不对：在管理后台重新查看本应用的 Secret",
    40013: "WECOM_CORP_ID 不对：见管理后台 → 我的企业 → 企业ID",
    40056: "WECOM_AGENT_ID 不对：见管理后台 → 应用管理 → 本应用 → AgentId",
    40091: "WECOM_SECRET 不对：在管理后台重新查看本应用的 Secret",
    45031: "WECOM_SECRET 不对：在管理后台重新查看本应用的 Secret",
    43012: _CALLBACK,
    48006: "应用因长期未使用被停用：在管理后台重新启用",
    48011: "应用因活跃度低被停用：在管理后台重新启用",
    50003: "应用被停用：在管理后台重新启用",
    60020: _UNTRUSTED,
    301002: "WECOM_AGENT_ID 与 WECOM_SECRET 不属于同一个应用，或 AgentId 不对",
    301042: _UNTRUSTED,
    45009: "调用太频繁，一分钟后再试",
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What our database knows: user ids and names of the people, when the last callback came, and the faults of
    messages that did not go out."""

    people: dict[str, str]
    heard: datetime | None
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a call gave nothing. `errcode` 0: the exchange itself broke. `ip` is ours, as WeCom sees it."""

    errcode: int
    why: str
    ip: str = ""


def examine_wecom(app: WeComSettings, evidence: Evidence | None, now: datetime) -> Iterator[Part]:
    """Ask the platform, part by part; what cannot work because of an earlier part is not asked."""
    yield _clock(app.api_base, now)
    api = WeComApi(app.corp_id, app.secret.get_secret_value(), app.api_base)
    token = ask(api.fetch_access_token)
    if isinstance(token, Refusal):
        yield refused("企业微信凭证", token)
        return
    api.held.token = str(token.get("access_token", ""))
    agent = ask(lambda: api.get("agent/get", params={"agentid": str(app.agent_id)}))
    if isinstance(agent, Refusal):
        trusted = agent.errcode not in (60020, 301042)
        yield Part("企业微信凭证", True, "CorpId 和 Secret 有效")
        yield refused("企业微信应用" if trusted else "企业可信IP", agent)
        return
    yield Part("企业微信凭证", True, "CorpId、Secret、AgentId 有效")
    yield Part("企业可信IP", True, "平台接受本机的出口 IP")
    if agent.get("close"):
        yield Part("企业微信应用", False, "应用被停用", _MEND[50003])
    yield _callback(api, app.agent_id, evidence, now)
    yield _visible(agent, evidence)
    yield _contacts(api, evidence)


def ask(call: Callable[[], Any]) -> Answer | Refusal:
    """One call: its answer, or why there is none."""
    try:
        answer = call()
    except WeChatClientException as refused:
        if refused.errcode is None:
            return Refusal(0, f"HTTP {refused.response.status_code}")
        ip = re.search(r"from ip: ([0-9a-fA-F.:]+)", str(refused.errmsg))
        return Refusal(int(refused.errcode), fault_of(int(refused.errcode)).why, ip.group(1).rstrip(".:") if ip else "")
    except requests.RequestException as broken:
        return Refusal(0, fault_of_exchange(broken).why)
    return answer if isinstance(answer, dict) else Refusal(0, "not an answer of WeCom's")


def refused(name: str, refusal: Refusal, *, needed: bool = True) -> Part:
    """The part that a refused call was about, with what to do."""
    if refusal.errcode == 0:
        mend = "检查服务器能否访问 WECOM_API_BASE（DNS、防火墙、代理）"
        return Part(name, False, f"连不上平台，或平台的回答不完整（{refusal.why}）", mend, needed=needed)
    mend = _MEND.get(refusal.errcode, f"按错误码 {refusal.errcode} 查企业微信开发者中心的全局错误码")
    mend = mend.format(ip=f" {refusal.ip} " if refusal.ip else "本机出口 IP")
    return Part(name, False, f"平台拒绝：{refusal.why}", mend, needed=needed)


def _clock(api_base: str, now: datetime) -> Part:
    """Callbacks outside ±5 minutes are refused, so a wrong clock stops everything."""
    try:
        dates = httpx.head(api_base, timeout=5).headers.get_list("date")  # some servers and proxies give it twice
        skew = abs((now - parsedate_to_datetime(dates[0])).total_seconds())
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, TypeError, IndexError):
        return Part("时间", False, "连不上平台，无法核对时间", f"检查服务器能否访问 {api_base}", needed=False)
    if skew > SKEW_SECONDS:
        return Part("时间", False, f"本机时间与平台相差 {int(skew)} 秒", "启用 NTP 校时（chrony 或 systemd-timesyncd）")
    return Part("时间", True, f"与平台相差 {int(skew)} 秒")


def _callback(api: WeComApi, agent_id: int, evidence: Evidence | None, now: datetime) -> Part:
    """WeCom refuses cards that call back from an app without a callback address. It says so for a card to nobody; that
    it says something else proves nothing yet, but a callback that has come does."""
    card = {
        "card_type": "button_interaction",
        "main_title": {"title": "doctor"},
        "task_id": f"doctor-{int(now.timestamp())}",
        "button_list": [{"text": "doctor", "key": "doctor"}],
    }
    message = {"msgtype": "template_card", "template_card": card}
    answer = ask(lambda: api.message.send(agent_id, NOBODY, msg=message))
    known = any(f"errcode {NO_CALLBACK}" in fault for fault in evidence.faults) if evidence else False
    if known or (isinstance(answer, Refusal) and answer.errcode == NO_CALLBACK):
        return refused("回调地址", Refusal(NO_CALLBACK, "errcode 43012，应用还没有设置接收消息的地址"))
    if evidence is None:
        return Part("回调地址", False, "数据库可用后才能核对", needed=False)
    if evidence.heard is None:
        mend = f"{_CALLBACK}；已设置的话，给应用发一条消息再查"
        return Part("回调地址", False, "还没有收到过回调", mend, needed=False)
    minutes = int((now - evidence.heard).total_seconds() / 60)
    return Part("回调地址", True, f"最近一次回调在 {minutes} 分钟前")


def _visible(agent: Answer, evidence: Evidence | None) -> Part:
    """Whom the app does not reach: they get nothing, and cannot write to it."""
    name, users = "可见范围", agent.get("allow_userinfos")
    listed = users.get("user", []) if isinstance(users, dict) else []
    seen = {str(user.get("userid", "")).casefold() for user in listed if isinstance(user, dict)}
    if evidence is None:
        return Part(name, False, "数据库可用后才能核对", needed=False)
    if not evidence.people:
        return Part(name, False, "人员表里还没有人", "运行 tuoling people import 导入人员", needed=False)
    if _lists_groups(agent):
        return Part(name, True, f"包含部门或标签，另有 {len(seen)} 人单列；不能逐人核对")
    unseen = [person for userid, person in sorted(evidence.people.items()) if userid.casefold() not in seen]
    if unseen:
        named = "、".join(unseen[:_NAMED]) + (f" 等 {len(unseen)} 人" if len(unseen) > _NAMED else "")
        mend = "企业微信管理后台 → 应用管理 → 本应用 → 可见范围：加入他们或他们的部门"
        return Part(name, False, f"{named} 看不到应用，收不到消息", mend, needed=False)
    return Part(name, True, f"人员表里的 {len(evidence.people)} 人都能看到应用")


def _contacts(api: WeComApi, evidence: Evidence | None) -> Part:
    """客户联系: may the app ask about customers, and which of our people may have some? Not everybody uses it."""
    name = "客户联系"
    answer = ask(lambda: api.get("externalcontact/get_follow_user_list"))
    if isinstance(answer, Refusal) and answer.errcode in _NO_CONTACTS:
        said = "本应用还不能调用客户联系：客户加了同事的微信，不会自动成为线索"
        return Part(name, False, said, _CONTACTS, needed=False, detail=answer.why)
    if isinstance(answer, Refusal):
        return replace(refused(name, answer), needed=False)
    listed = answer.get("follow_user")
    members = {str(each).casefold() for each in listed} if isinstance(listed, list) else set()
    people = evidence.people if evidence else {}
    able = [userid for userid in people if userid.casefold() in members]
    if people and not able:
        return Part(name, False, "可以调用，但人员表里还没有人开通客户联系", _MEMBERS, needed=False)
    return Part(name, True, f"可以调用，人员表里有 {len(able)} 人开通")


def _lists_groups(agent: Answer) -> bool:
    for key, inner in (("allow_partys", "partyid"), ("allow_tags", "tagid")):
        group = agent.get(key)
        if isinstance(group, dict) and group.get(inner):
            return True
    return False
