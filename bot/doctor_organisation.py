"""What WeCom lets our app know of the company's departments and members, and how changes of them reach us. Asks only.

Sources: developer.work.weixin.qq.com/document/path/90208 (department/list), 96067 (user/list_id), 90970 (the receiver).
"""

from collections.abc import Iterator

from bot.channels.wecom.client import WeComApi
from bot.doctor_wecom import Refusal, ask, refused
from bot.health import Part
from config.settings import WeComContacts, WeComSettings

_RANGE = "企业微信管理后台 → 应用管理 → 本应用 → 可见范围：加入部门（只加成员的话，读不到部门）"
_SYNC = "企业微信管理后台 → 管理工具 → 通讯录同步"


def examine_organisation(app: WeComSettings) -> Iterator[Part]:
    """Can `tuoling people sync` read, is the secret of 通讯录同步 right if there is one, where do changes come in?
    Nothing here is needed for the program to run."""
    api = WeComApi(app.corp_id, app.secret.get_secret_value(), app.api_base)
    token = ask(api.fetch_access_token)
    if isinstance(token, Refusal):
        yield refused("通讯录", token, needed=False)
        return
    api.held.token = str(token.get("access_token", ""))
    yield _departments(api)
    if app.contacts.secret is not None:
        yield _all_ids(WeComApi(app.corp_id, app.contacts.secret.get_secret_value(), app.api_base))
    yield _receiver(app.contacts)


def _departments(api: WeComApi) -> Part:
    answer = ask(lambda: api.get("department/list"))
    if isinstance(answer, Refusal):
        return refused("通讯录", answer, needed=False)
    listed = answer.get("department")
    departments = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    if not departments:
        return Part("通讯录", False, "应用看不到任何部门，tuoling people sync 读不了", _RANGE, needed=False)
    if not any(each.get("name") for each in departments):
        return Part("通讯录", False, f"{len(departments)} 个部门都读不到名字", _RANGE, needed=False)
    return Part("通讯录", True, f"读得到 {len(departments)} 个部门，可以用 tuoling people sync", needed=False)


def _all_ids(api: WeComApi) -> Part:
    token = ask(api.fetch_access_token)
    if isinstance(token, Refusal):
        said = f"WECOM_CONTACTS_SECRET 用不了：{token.why}"
        return Part("通讯录同步", False, said, f"{_SYNC}：重新查看 Secret；不用就删掉这个变量", needed=False)
    api.held.token = str(token.get("access_token", ""))
    answer = ask(lambda: api.post("user/list_id", data={"limit": 1}))
    if isinstance(answer, Refusal):
        said = f"读不到全部成员的账号：{answer.why}"
        return Part("通讯录同步", False, said, f"{_SYNC}：开启 API 接口同步，企业可信IP 里加入本机", needed=False)
    return Part("通讯录同步", True, "读得到全部成员的账号，用来核对谁真的离职了", needed=False)


def _receiver(contacts: WeComContacts) -> Part:
    where = f"{_SYNC} → 设置接收事件服务器"
    if contacts.token is not None:
        return Part("通讯录变更", True, f"在 /wecom/contacts 接收（{where}）", needed=False)
    said = f"在 /wecom/callback 接收（{where}：Token 和 EncodingAESKey 填得与应用的一样）"
    return Part("通讯录变更", True, said, needed=False)
