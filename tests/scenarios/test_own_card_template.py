"""The card template of our own: its file is what the renderer fills, and a card drawn with it is taken and tapped."""

import json
import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kit.both import Both, open_both
from kit.clock import Clock

from bot.channels.dingtalk.taps import TOKEN_PARAMS
from bot.commands_dingtalk import register_address
from bot.sandbox.dingtalk.card_rules import CardTemplate
from cards.actions import Action
from cards.lead_actions import ShowPool
from cards.model import Button, Card, Link
from cards.render.dingtalk import SHARED, render_dingtalk, template_of
from config.settings import load_settings

ROOT = Path(__file__).parents[2]
FOLDER, PAGE = ROOT / "deploy" / "dingtalk", ROOT / "docs" / "钉钉卡片模板.md"
ID = "11111111-2222-3333-4444-555555555555.schema"


def called() -> dict[str, str]:
    """The variables as the page says to set them."""
    (line,) = re.findall(r"DINGTALK_CARD_VARIABLES=(title=\S+)", PAGE.read_text(encoding="utf-8"))
    environ = {"DINGTALK_CARD_TEMPLATE": ID, "DINGTALK_CARD_VARIABLES": line}
    return dict(load_settings({"TUOLING_ENV": "test"} | environ, env_file=None).dingtalk_card_variables)


@pytest.fixture
def whole() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "tuoling-card.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture
def editor(whole: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(whole["editorData"])
    return found


def nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("children", ()):
        yield from nodes(child)


def test_the_file_is_what_the_script_makes(whole: dict[str, Any]) -> None:
    assert whole == runpy.run_path(str(FOLDER / "template.py"))["template"]()


def test_it_has_the_form_of_an_exported_template(whole: dict[str, Any], editor: dict[str, Any]) -> None:
    assert set(whole) == {"editorData", "widgetInfo", "type", "mode"}
    assert (whole["type"], whole["mode"], editor["schemaVersion"]) == ("im", "card", "3.0.0")
    schema = editor["schema"]
    used = [node["componentName"] for node in nodes(schema["componentsTree"][0])]
    assert {each["componentName"] for each in schema["componentsMap"]} == set(used)
    assert used[0] == "Card"
    ids = [node["id"] for node in nodes(schema["componentsTree"][0])]
    assert len(set(ids)) == len(ids)


def test_its_variables_are_those_that_are_filled(editor: dict[str, Any]) -> None:
    def pack(_: Action) -> str:
        return "TOKEN"

    template = template_of(ID, called())
    card = Card(title="公海", lines=("一行",), buttons=(Button("呼和浩特", ShowPool("hohhot", 1)),))
    linked = Card(title="公海", lines=("一行",), links=(Link("打开", "https://example.com"),))
    kinds = {each["name"]: each["type"] for each in editor["variableList"]}
    filled = render_dingtalk(card, pack=pack, template=template)
    assert set(filled) == set(kinds) == {"title", "body", "status", "buttons"}
    assert kinds == {"title": "string", "body": "markdown", "status": "string", "buttons": "loopArray"}
    parts = next(each for each in editor["variableList"] if each["name"] == "buttons")["schema"]
    names = {each["name"] for each in parts}
    assert {each["id"] for each in parts} == {f"buttons[0].{name}" for name in names}
    drawn = [
        *json.loads(filled["buttons"]),
        *json.loads(render_dingtalk(linked, pack=pack, template=template)["buttons"]),
    ]
    shown = set().union(*drawn)
    assert shown - {"request", "iosUrl"} == names, "those two are the shared template's own"


def test_everything_it_binds_is_a_variable_of_it(editor: dict[str, Any]) -> None:
    tree = json.dumps(editor["schema"]["componentsTree"])
    variables = {each["name"] for each in editor["variableList"]}
    parts = {each["id"] for each in editor["variableList"][-1]["schema"]}
    bound = set(re.findall(r'"variable": "([^"]+)"', tree)) | set(re.findall(r"\$\{([a-z]+)\}", tree))
    assert bound <= variables | parts
    assert variables - bound == {"status"}
    assert parts <= bound | {"buttons[0].text"}, "the label stands in the text as ${loop.text}"
    assert set(re.findall(r"\$\{loop\.([a-z]+)\}", tree)) == {"text", "id"}


def test_a_button_carries_its_token_where_it_is_looked_for(editor: dict[str, Any]) -> None:
    (tap,) = [each for each in nodes(editor["schema"]["componentsTree"][0]) if each["id"] == "tl_tap"]
    props = tap["props"]
    assert props["actionType"] == "request"
    assert [(each["name"], each["variable"]) for each in props["params"]] == [("action", "buttons[0].id")]
    assert {each["name"] for each in props["params"]} <= set(TOKEN_PARAMS)
    (only,) = props["visible"]["condition"]["conditions"]
    assert (only["op"], only["variable"], only["variableType"]) == ("isNotEmpty", "buttons[0].id", "loop")


@pytest.fixture
def both(database_url: str, tmp_path: Path, clock: Clock, editor: dict[str, Any]) -> Iterator[Both]:
    """The company with an own template on DingTalk, whose variables are those of the file."""
    names = {each["name"]: each["name"] for each in editor["variableList"]}
    variables = ",".join(f"{part}={name}" for part, name in called().items())
    own = {"DINGTALK_CARD_TEMPLATE": ID, "DINGTALK_CARD_VARIABLES": variables, "DINGTALK_MODE": "http"}
    with open_both(database_url, tmp_path / "var", clock, **own) as both:
        both.ding.templates[ID] = CardTemplate(ID, kind="list", **names)
        both.ding.mode = "http"
        yield both


def test_a_card_is_drawn_with_it_and_tapped(both: Both) -> None:
    register_address(both.settings(), both.own_url)
    lead = both.company.lead()
    both.ding.say("dt_batu", "公海")
    both.company.settle()
    (message,) = [each for each in both.ding.chat("dt_batu") if each.card]
    card = message.card or {}
    assert card["title"].startswith("呼和浩特池")
    assert set(card["variables"]) == {"title", "body", "status", "buttons"}
    key = next(button["id"] for button in card["buttons"] if "公海" not in button["text"])
    delivery = both.ding.tap("dt_batu", message.id, key)
    assert [attempt.status for attempt in delivery.attempts] == [200]
    assert json.loads(delivery.body["content"])["cardPrivateData"]["params"] == {"action": key}
    both.company.settle()
    assert both.company.owner(lead) == both.company.person("batu").actor.id
    assert "已领取" in json.dumps(both.ding.card_of("dt_batu", message.id), ensure_ascii=False)


def test_one_that_is_not_published_is_for_the_engineer_and_what_it_would_say_comes_as_text(both: Both) -> None:
    both.ding.templates[ID] = CardTemplate(ID, published=False, kind="list")
    both.ding.say("dt_batu", "公海")
    both.company.settle()
    assert not any(each.card for each in both.ding.chat("dt_batu"))
    assert "呼和浩特池" in "".join(each.text for each in both.ding.chat("dt_batu") if each.from_bot)
    (refused,) = {entry.code for entry in both.ding.journal.calls("card/instances/createAndDeliver")}
    assert refused == "param.templateUnpublished"


def test_a_card_of_the_template_before_gives_way_to_a_fresh_one(both: Both) -> None:
    """DingTalk says yes to variables that a card does not have, and shows nothing of them."""
    register_address(both.settings(), both.own_url)
    lead = both.company.lead()
    channel = both.company.runtime.relay._channels["dingtalk"]
    own = channel._template  # type: ignore[attr-defined]
    for before, after in ((SHARED, own), (own, SHARED)):
        channel._template = before  # type: ignore[attr-defined]
        both.ding.say("dt_batu", "公海")
        both.company.settle()
        old = [each for each in both.ding.chat("dt_batu") if each.card][-1]
        channel._template = after  # type: ignore[attr-defined]
        key = next(button["id"] for button in (old.card or {})["buttons"])
        both.ding.tap("dt_batu", old.id, key)
        both.company.settle()
        cards = [each for each in both.ding.chat("dt_batu") if each.card]
        assert cards[-1].id != old.id
        if before is SHARED:
            assert both.company.owner(lead) == both.company.person("batu").actor.id
            assert f"已领取 L{lead}" in json.dumps(cards[-1].card, ensure_ascii=False)
