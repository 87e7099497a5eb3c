"""`people.yaml`: what somebody may do who comes in from the platform's address book."""

from config.problems import likely, quoted
from config.rolewords import ROLE_WORDS
from config.values import each_of
from config.yamlfile import Value
from core.people.newcomers import Newcomers
from core.people.policy import Role

FILE = "people.yaml"
_GIVEN = {word: role for word, role in ROLE_WORDS.items() if role is not Role.ADMIN}
_OURS = {role.value: role for role in Role if role is not Role.ADMIN}


def read_newcomers(top: Value) -> Newcomers:
    """The file from its top."""
    table = top.table((), ("new_people",))
    roles = each_of(table, "new_people", _role)
    return Newcomers(tuple(sorted(role for role in roles if role is not None)))


def _role(value: Value) -> Role | None:
    text = value.text()
    if ROLE_WORDS.get(text, text) == Role.ADMIN:
        mend = "管理员看得到全公司的客户，不能随着加入通讯录就给；请在人员表里一个一个给"
        value.problem("choice", found=quoted(text), mend=mend)
        return None
    found = _GIVEN.get(text) or _OURS.get(text.lower())
    if text and found is None:
        value.problem("choice", found=quoted(text), near=likely(text, _GIVEN), known=list(_GIVEN))
    return found
