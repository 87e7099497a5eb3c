"""What is asked next of an application that is filled in; pure functions over `queries.ApplicationNow`."""

from core.loans.forms import FieldKind
from core.loans.queries import ApplicationNow, Filled, Paper


def asked(now: ApplicationNow) -> tuple[Filled, ...]:
    """The fields that its officer is asked for, in their order: not what is computed, nor what a later node fills."""
    return tuple(each for each in now.fields if each.field.kind is not FieldKind.COMPUTED and not _later(now, each))


def _later(now: ApplicationNow, each: Filled) -> bool:
    return each.field.key in now.flow.filled_later and not each.field.required


def is_empty(each: Filled) -> bool:
    """Does nothing stand in it?"""
    return each.value is None or each.value in ("", [])


def lacking(now: ApplicationNow) -> tuple[Filled, ...]:
    """The fields without which it cannot be handed in."""
    return tuple(each for each in asked(now) if each.field.required and is_empty(each))


def next_after(before: ApplicationNow, now: ApplicationNow, key: str, reached: str = "") -> Filled | None:
    """What is asked when `key` was answered, and `before` is how it stood until then: the first field behind it that is
    open, then the first of all; None: nothing is. `reached`: the walk had come to that question when it turned to
    `key`, and goes on from there; empty: it is at `key`.

    Open is a field in which nothing stands, if it is required; also one that may stay empty, if the walk has not come
    past it (what it came past was left out on purpose) or the answer brought it up. Who merely changes what stood
    there, of what was whole, is on no walk."""
    order = {field.key: place for place, field in enumerate(now.form.fields)}
    had = next((each for each in before.fields if each.field.key == key), None)
    walks = bool(reached) or had is None or is_empty(had) or bool(lacking(before))
    known, came_to = {each.field.key for each in asked(before)}, order[reached or key]

    def is_open(each: Filled) -> bool:
        ahead = order[each.field.key] >= came_to or each.field.key not in known
        return is_empty(each) and each.field.key != key and (each.field.required or (walks and ahead))

    left = [each for each in asked(now) if is_open(each)]
    behind = [each for each in left if order[each.field.key] >= min(order[key], came_to)]
    return next(iter(behind or left), None)


def still_reached(now: ApplicationNow, key: str, reached: str) -> str:
    """How far the walk had come, when `key` is asked; empty if it is there again, or beyond."""
    order = {field.key: place for place, field in enumerate(now.form.fields)}
    return reached if reached and order[key] < order[reached] else ""


def first_open(now: ApplicationNow) -> Filled | None:
    """Where to go on after a pause: the first field that is required, or that was not reached yet. What may stay empty
    and lies before something that was filled in was left out on purpose."""
    left = lacking(now)
    if not left:
        return None
    fields = asked(now)
    filled = [number for number, each in enumerate(fields) if not is_empty(each) and not each.field.default]
    reached = filled[-1] if filled else -1
    open_ones = [
        each for number, each in enumerate(fields) if is_empty(each) and (each.field.required or number > reached)
    ]
    return open_ones[0]


def before(now: ApplicationNow, key: str) -> Filled | None:
    """The field that is asked for before `key`; None if it is the first."""
    fields = asked(now)
    place = next((number for number, each in enumerate(fields) if each.field.key == key), 0)
    return fields[place - 1] if place else None


def after(now: ApplicationNow, key: str) -> Filled | None:
    """The field that is asked for behind `key`; None if it is the last."""
    fields = asked(now)
    place = next((number for number, each in enumerate(fields) if each.field.key == key), len(fields))
    return fields[place + 1] if place + 1 < len(fields) else None


def place_of(now: ApplicationNow, key: str) -> tuple[int, int]:
    """Which question this is, from 1, and of how many."""
    keys = [each.field.key for each in asked(now)]
    return (keys.index(key) + 1 if key in keys else 0), len(keys)


def missing_first(now: ApplicationNow) -> list[Paper]:
    """The papers of the checklist, those that are missing first, and of them those without which it does not go on."""
    return sorted(now.papers, key=lambda each: (bool(each.count), not each.document.stage))


def next_paper(now: ApplicationNow, key: str) -> Paper | None:
    """The next paper that is missing beside this one."""
    return next((one for one in missing_first(now) if not one.count and one.document.key != key), None)
