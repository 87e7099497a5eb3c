"""Forms and flows as applications began with them, and the risk rules by which something was said of them: written
down once, by their content, and never changed."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import func, select

from core.loans.flows import Flow
from core.loans.forms import Form
from core.loans.models import Definition
from core.privacy import digest
from core.risk.policy import Policy
from core.store.base import table_of
from core.store.database import Executor, insert_new
from core.store.unit import Unit

_T = table_of(Definition)


_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {each: TypeAdapter(each) for each in (Form, Flow, Policy)}
_KINDS: dict[type[Any], str] = {Form: "form", Flow: "flow", Policy: "risk"}


@lru_cache(maxsize=64)
def _written(thing: Form | Flow | Policy) -> tuple[str, str]:
    """The content, and its digest."""
    body = _ADAPTERS[type(thing)].dump_json(thing).decode()
    return digest(body), body


def pin(unit: Unit, thing: Form | Flow | Policy) -> str:
    """Make sure that this form, flow or policy, as it is now, is written down; its digest."""
    name, body = _written(thing)
    while unit.connection.execute(select(_T.c.digest).where(_T.c.digest == name)).first() is None:
        kind, key = _KINDS[type(thing)], thing.key
        same = (_T.c.kind == kind, _T.c.key == key)
        number = (unit.connection.execute(select(func.max(_T.c.number)).where(*same)).scalar() or 0) + 1
        values = {"digest": name, "kind": kind, "key": key, "number": number, "body": body, "at": unit.now}
        # Nothing is put in where another process has put in this one meanwhile, or another one under this number: then
        # the next number is free.
        unit.connection.execute(insert_new(unit.connection, Definition), values)
    return name


def form_of(executor: Executor, name: str) -> Form:
    """The form with this digest.

    Raises:
        LookupError: nobody wrote it down.
    """
    found: Form = _read(executor, Form, name)
    return found


def flow_of(executor: Executor, name: str) -> Flow:
    """The flow with this digest; raises as `form_of`."""
    found: Flow = _read(executor, Flow, name)
    return found


def policy_of(executor: Executor, name: str) -> Policy:
    """The policy with this digest; raises as `form_of`."""
    found: Policy = _read(executor, Policy, name)
    return found


def number_of(executor: Executor, name: str) -> int:
    """Which version of its key this is, from 1."""
    return int(executor.execute(select(_T.c.number).where(_T.c.digest == name)).scalar_one())


@dataclass(frozen=True, slots=True)
class Damaged:
    """A form, flow or policy (`risk`) that was written down and cannot be read, or is not what it was: which version of
    which key."""

    kind: str
    key: str
    number: int


def damaged(executor: Executor) -> list[Damaged]:
    """Those on which applications run, or were judged, that cannot be read by this release or were altered."""
    kinds = {kind: of for of, kind in _KINDS.items()}
    rows = executor.execute(select(_T).order_by(_T.c.kind, _T.c.key, _T.c.number)).all()
    return [Damaged(row.kind, row.key, row.number) for row in rows if not _is_sound(row, kinds.get(row.kind))]


def _is_sound(row: Any, of: type[Any] | None) -> bool:
    if of is None or digest(row.body) != row.digest:
        return False
    try:
        _ADAPTERS[of].validate_json(row.body)
    except ValueError:
        return False
    return True


_things: dict[str, Any] = {}  # by digest: what they say never changes, and a company has few


def _read(executor: Executor, of: type[Any], name: str) -> Any:
    if name not in _things:
        body = executor.execute(select(_T.c.body).where(_T.c.digest == name)).scalar()
        if body is None:
            raise LookupError(f"no loan definition {name}")
        _things[name] = _ADAPTERS[of].validate_json(body)
    return _things[name]
