"""`risk/`: what all its files together say: the policies by which applications are looked at, and those of the
challengers, which are asked beside them and only recorded.

A file that says `challenger: house` stands for `house.yaml`, as a whole, in the challenger's policy. All other files
are in that one as they are, but where they have a challenger too.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace

from config.companyfolder import key_of
from config.problems import Problem, likely
from config.riskfile import (
    CHALLENGER,
    RiskFile,
    Served,
    check_can_be_asked,
    is_challenger,
    is_general,
    policies,
    read_risk,
)
from config.yamlfile import Value
from core.risk.policy import Policies, Policy

Read = Callable[[str, list[Problem]], Value | None]
"""The top of a file by its name; what is wrong with it is added to the list."""


def read_policies(names: list[str], read: Read, served: Served, problems: list[Problem]) -> Policies:
    """All policies of these files (`risk/house.yaml`)."""
    tops = {name: top for name in names if (top := read(name, problems)) is not None}
    if not served.forms:
        return Policies()  # something is wrong with forms or flows, and told
    counting = {name: top for name, top in tops.items() if not is_challenger(top)}
    found, files = _together(counting, served, problems)
    stands_for = _pairs(tops, list(counting))
    if not stands_for:
        return Policies(tuple(found))
    again: list[Problem] = []
    others = {name: read(name, again) for name in (stands_for.get(each, each) for each in counting)}
    asked, other_files = _together({name: top for name, top in others.items() if top is not None}, served, again)
    for of, by in stands_for.items():
        if by in other_files and set(other_files[by].products) != set(files[of].products):
            tops[by].problem("challenger_products", word=key_of(of))
    _tell(again, problems, {tops[by].file: key_of(by) for by in stands_for.values()})
    challengers = {by: other_files[by].products for by in stands_for.values() if by in other_files}
    return Policies(tuple(found), tuple(_signed(asked, challengers)))


def _pairs(tops: Mapping[str, Value], counting: list[str]) -> dict[str, str]:
    """By the name of a file that has a challenger, the challenger's."""
    found: dict[str, str] = {}
    keys = {key_of(name): name for name in counting}
    for name, top in tops.items():
        place = top.at(CHALLENGER)
        of = place.text() if place is not None else ""
        if place is None or not of:
            continue
        if of not in keys:
            place.problem("no_challenged", word=of, near=likely(of, keys), known=tuple(keys))
        elif keys[of] in found:
            place.problem("second_challenger", word=of, other=key_of(found[keys[of]]))
        else:
            found[keys[of]] = name
    return found


def _together(
    tops: Mapping[str, Value], served: Served, problems: list[Problem]
) -> tuple[list[Policy], dict[str, RiskFile]]:
    """What these files say together, and each of them by its name."""
    files: dict[str, RiskFile] = {}
    for name, top in sorted(tops.items(), key=lambda each: not is_general(each[1])):
        files[name] = read_risk(top, served, [file for file in files.values() if not file.products])
    found = policies(list(files.values()), served.forms)
    if not problems:
        check_can_be_asked(found, list(files.values()))
    return list(found.policies), files


def _tell(again: list[Problem], problems: list[Problem], challengers: Mapping[str, str]) -> None:
    """What is wrong in the challenger's policy alone. Where that is in a file that is none, it is said with which:
    `challengers`, by file, by key."""
    with_them = "、".join(f"{key}.yaml" for key in sorted(challengers.values()))
    for each in again:
        if each not in problems:
            own = each.file in challengers
            problems.append(each if own else replace(each, text=f"{each.text}（与挑战者 {with_them} 合在一起时）"))


def _signed(asked: list[Policy], challengers: Mapping[str, Collection[str]]) -> Iterator[Policy]:
    """The policies in which a challenger's file stands, with the keys of those files. (`challengers`: for which
    products each is; none: for all.)"""
    for policy in asked:
        keys = [key_of(name) for name, products in challengers.items() if not products or policy.product in products]
        if keys:
            yield replace(policy, challenger=tuple(keys))
