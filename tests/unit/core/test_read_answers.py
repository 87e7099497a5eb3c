"""What is read out of another system's answer: by expressions over JSON that nobody promised anything about."""

import json
import sys
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from core.expressions import Fact, Kind, Mistake, Undecided, check_answer, read_answer
from core.json_objects import NoObject, read_answer_object, read_object

REPORT = read_answer_object(
    json.dumps(
        {
            "code": 0,
            "ok": True,
            "msg": None,
            "data": {
                "score": "612.5",
                "grade": "B",
                "at": "2026-11-28T08:00:00Z",
                "list": [{"amount": 12000, "open": False, "none": None}, {"amount": 0.5}],
                "holes": [None, 1],
                "征信": {"当前-逾期": 3},
            },
        }
    ).encode(),
    10,
)


@pytest.mark.parametrize(
    ("source", "kind", "found"),
    [
        ("answer.ok", Kind.YES_NO, True),
        ("answer.code == 0", Kind.YES_NO, True),
        ('answer.code == "0"', Kind.YES_NO, False),
        ("answer.ok && answer.data.grade in ['A', 'B']", Kind.YES_NO, True),
        ("answer.data.list[0].amount", Kind.NUMBER, 12000.0),
        ("answer.data.list[1].amount * 100", Kind.NUMBER, 50.0),
        ("answer.data.list[0].amount >= 1万", Kind.YES_NO, True),
        ("size(answer.data.list)", Kind.NUMBER, 2.0),
        ("double(size(answer.data.list)) * 50%", Kind.NUMBER, 1.0),
        ("double(answer.data.score)", Kind.NUMBER, 612.5),
        ("answer.data.grade", Kind.TEXT, "B"),
        ("string(answer.code)", Kind.TEXT, "0"),
        ('answer.data["征信"]["当前-逾期"]', Kind.NUMBER, 3.0),
        ("has(answer.data.none) ? 1 : 2", Kind.NUMBER, 2.0),
        ("has(answer.data.list) ? double(size(answer.data.list)) : 0", Kind.NUMBER, 2.0),
        ("answer.msg == null", Kind.YES_NO, True),
        ("answer.ok || answer.data.none", Kind.YES_NO, True),
        ("timestamp(answer.data.at)", Kind.MOMENT, datetime(2026, 11, 28, 8, tzinfo=UTC)),
    ],
)
def test_what_is_found_there(source: str, kind: Kind, found: Fact) -> None:
    assert check_answer(source, kind) is None
    read = read_answer(source, REPORT, kind)
    assert (read, type(read)) == (found, type(found))


@pytest.mark.parametrize(
    ("source", "kind", "name"),
    [
        ("answer.data.scored", Kind.NUMBER, "scored"),
        ("answer.data.none.deeper", Kind.TEXT, "none"),
        ("answer.msg", Kind.TEXT, None),
        ("answer.msg.text", Kind.TEXT, None),
        ("answer.data.list[0].none", Kind.NUMBER, None),
        ("answer.data.holes[0]", Kind.NUMBER, None),
        ("answer.data.list[2].amount", Kind.NUMBER, None),
        ("answer.data.list[0.5].amount", Kind.NUMBER, None),
        ("answer.data.score", Kind.NUMBER, None),
        ("answer.code", Kind.TEXT, None),
        ("answer.code", Kind.YES_NO, None),
        ("answer.data", Kind.TEXT, None),
        ("answer", Kind.YES_NO, None),
        ("answer.data.list", Kind.NUMBER, None),
        ("double(answer.data.grade)", Kind.NUMBER, None),
        ('double("1" + "e999") + answer.code', Kind.NUMBER, None),
        ("answer.code / answer.code", Kind.NUMBER, None),
        ("answer.code || answer.ok == false", Kind.YES_NO, None),
        ("answer.data.list[0].open ? 1 : answer.data.none", Kind.NUMBER, "none"),
    ],
)
def test_what_is_not_there_or_another_thing_is_no_answer(source: str, kind: Kind, name: str | None) -> None:
    assert check_answer(source, kind) is None
    assert read_answer(source, REPORT, kind) == Undecided(name)


@pytest.mark.parametrize(
    ("source", "kind", "mistake"),
    [
        ("anser.code == 0", Kind.YES_NO, Mistake("unknown", 1, "anser")),
        ("answer.code == 0 && code", Kind.YES_NO, Mistake("unknown", 21, "code")),
        ("answer.data.grade == “B”", Kind.YES_NO, Mistake("wide", 22, "“")),
        ("answer.data.", Kind.NUMBER, Mistake("syntax", 13)),
        ("answer.code == 0", Kind.NUMBER, Mistake("result", 1)),
        ("size(answer.data)", Kind.TEXT, Mistake("result", 1)),
        ('"B"', Kind.NUMBER, Mistake("result", 1)),
        ("answer.data.tags", Kind.TEXTS, Mistake("result", 1)),
        ("size(answer.data) > 0", Kind.YES_NO, Mistake("kinds", 19, ">")),
        ("answer.list.exists(x, x > 1)", Kind.YES_NO, Mistake("unknown", 13, "exists")),
        ("answer.list.map(x, x)", Kind.NUMBER, Mistake("unknown", 13, "map")),
        ("answer.text.matches('(.{1,100}){1,10}z')", Kind.YES_NO, Mistake("unknown", 13, "matches")),
        ("matches (answer.text, 'a')", Kind.YES_NO, Mistake("unknown", 1, "matches")),
        ("answer.a || " * 45 + "answer.b", Kind.YES_NO, Mistake("long", 500)),
    ],
)
def test_what_cannot_be_used_is_said_where_it_stands(source: str, kind: Kind, mistake: Mistake) -> None:
    assert check_answer(source, kind) == mistake
    if mistake.why != "result":
        with pytest.raises(ValueError, match=mistake.why):
            read_answer(source, REPORT, kind)


def test_several_texts_are_never_read() -> None:
    """A list's items are of no kind that its type would tell, and one of them may be null."""
    assert check_answer("['a', 'b']", Kind.TEXTS) == Mistake("result", 1)
    assert read_answer("answer.data.holes", REPORT, Kind.TEXTS) == Undecided(None)


def test_nulls_do_not_wear_the_process_out() -> None:
    """cel-expr-python 0.1.3 gives away a reference to None for each null that it hands over as a value of Python's: so
    many reads of one would end the process."""
    before = sys.getrefcount(None)
    for source in ("answer.msg", "answer.data.holes", "answer", "answer.data.holes[0]"):
        for _ in range(1000):
            read_answer(source, REPORT, Kind.TEXT)
    assert sys.getrefcount(None) > before - 500


@pytest.mark.parametrize("source", ["answer.s.contains(answer.t)", "answer.l == answer.m", "answer.l in [answer.m]"])
def test_a_long_answer_is_read_in_no_time(source: str) -> None:
    half = "a" * 60_000
    texts = f'"s":"{half}","t":"{half[1:]}b"'
    rows = ",".join(["[0,1]"] * 11_000)
    raw = f'{{{texts},"l":[{rows}],"m":[{rows}]}}'.encode()
    assert len(raw) < 256 * 1024
    began = time.perf_counter()
    found = read_answer(source, read_answer_object(raw, 10), Kind.YES_NO)
    assert isinstance(found, bool)
    assert time.perf_counter() - began < 5, "some hundredths of a second, where nothing else runs"


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "form"),
        (b"{", "form"),
        (b"<html>", "form"),
        (b"\xff\xfe{\x00}\x00", "form"),
        (b'{"a": 1, "a": 2}', "form"),
        (b'{"x": [{"a": 1, "a": 2}]}', "form"),
        (b'{"a": NaN}', "form"),
        (b'{"a": -Infinity}', "form"),
        (b'{"a": "tab\t"}', "form"),
        (b"[1]", "kind"),
        (b"null", "kind"),
        (b'"answer"', "kind"),
        (b'{"a": "[[[[[[[[[[[[[[, 1}', "form"),
        (b'{"a":' * 11 + b"1" + b"}" * 11, "deep"),
        (b"[" * 100_000, "deep"),
    ],
)
def test_what_is_no_object_is_not_read(raw: bytes, why: str) -> None:
    for read in (read_object, read_answer_object):
        with pytest.raises(NoObject) as unfit:
            read(raw, 10)
        assert unfit.value.why == why


@pytest.mark.parametrize(
    "raw",
    [
        b'"' + rb"\"" * 128_000,
        b'{"a": "' + rb"\"" * 128_000,
        b'"' * 256_000,
        b"\\" * 256_000,
        b'{"a": "' + b"\\" * 255_999,
        b"[" * 256_000,
        b"{}" * 128_000,
        b'{"":' * 64_000,
        b"9" * 256_000,
        b'{"a": ' + b"9" * 256_000 + b"}",
        b'{"a": 1e' + b"9" * 256_000 + b"}",
        b'{"a": "' + rb"\u0000" * 40_000 + b'"}',
    ],
)
def test_what_is_no_answer_is_known_for_none_in_no_time(raw: bytes) -> None:
    began = time.perf_counter()
    with pytest.raises(NoObject):
        read_answer_object(raw, 32)
    assert time.perf_counter() - began < 5, "some hundredths of a second, where nothing else runs"


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a": 1e999}',
        b'{"a": -1e999}',
        b'{"a": ' + b"9" * 400 + b"}",
        rb'{"a": "x\u0000y"}',
        rb'{"a\u0000": 1, "a": 2}',
        rb'{"a": ["\ud800"]}',
        rb'{"\udfff": 1}',
    ],
)
def test_what_expressions_could_not_take_is_no_answer(raw: bytes) -> None:
    assert read_object(raw, 10)
    with pytest.raises(NoObject):
        read_answer_object(raw, 10)


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (b'{"a": 1, "b": -0.5, "c": 12e3, "d": true, "e": null}', {"a": 1.0, "b": -0.5, "c": 12000.0, "d": True}),
        (rb'{"a": "\ud83d\ude00 \\u0000 [[[[["}', {"a": "😀 \\u0000 [[[[["}),
        (b'{"n": ' + b"9" * 300 + b"}", {"n": float("9" * 300)}),
    ],
)
def test_every_number_is_a_float(raw: bytes, found: dict[str, Any]) -> None:
    read = read_answer_object(raw, 4)
    assert {name: read[name] for name in found} == found
    assert all(isinstance(value, float | str | bool | None) for value in read.values())
