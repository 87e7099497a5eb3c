"""Makes `tuoling-card.json`, the card template of our own that 卡片平台 imports (docs/钉钉卡片模板.md).

    python deploy/dingtalk/template.py > deploy/dingtalk/tuoling-card.json

The form is that of the templates which open-dingtalk/dingtalk-card-examples exports, schema 3.0.0: `editorData` is JSON
in a string, with the components, their tree and the variables. What is left out of a component is the editor's default;
`widgetInfo`, the compiled card, is empty: the editor compiles it when the template is saved. Neither was tried with a
live tenant.
"""

import json
import sys
from typing import Any

Node = dict[str, Any]

TITLE, BODY, STATUS, BUTTONS = "title", "body", "status", "buttons"
PARTS = {"text": "按钮上的字", "color": "blue、red 或 gray", "id": "点了以后传回来的", "url": "要打开的网页"}
_COMPONENTS = ("CardHeaderV2", "Markdown", "Loop", "SingleButton", "Card")


def template() -> dict[str, str]:
    """The whole file."""
    editor = {
        "schemaVersion": "3.0.0",
        "schema": {"version": "1.0.0", "componentsMap": _components(), "componentsTree": [_card()], "i18n": {}},
        "mockData": {"cardData": _sample(), "cardPrivateData": {}, "localData": {}, "richTextData": {}},
        "editVersion": 0,
        "customWidgetInfo": "",
        "useCustomWidgetInfo": False,
        "variableList": _variables(),
        "formList": [],
        "expList": [],
        "localList": [],
        "hsfList": [],
        "lwpList": [],
        "extension": {"extendType": "NORMAL", "fileTypeList": []},
    }
    return {"editorData": _json(editor), "widgetInfo": "", "type": "im", "mode": "card"}


def _components() -> list[Node]:
    return [
        {
            "package": "@ali/dxComponent",
            "version": "1.0.0",
            "exportName": name,
            "main": "./src/index.tsx",
            "destructuring": False,
            "subName": "",
            "componentName": name,
        }
        for name in _COMPONENTS
    ]


def _variables() -> list[Node]:
    parts = [_variable(name, "string", said, f"{BUTTONS}[0].{name}") for name, said in PARTS.items()]
    return [
        _variable(TITLE, "string", "标题"),
        _variable(BODY, "markdown", "正文"),
        _variable(STATUS, "string", "状态，总是 3"),
        _variable(BUTTONS, "loopArray", "按钮") | {"schema": parts},
    ]


def _variable(name: str, kind: str, said: str, number: str = "") -> Node:
    return {
        "id": number or name,
        "name": name,
        "type": kind,
        "description": said,
        "private": False,
        "editorVarType": "variables",
    }


def _card() -> Node:
    """Title, body, and below each other a button for each entry of the list: one that calls back if it has an `id`, or
    one that opens a page if it has a `url`."""
    loop = _node("Loop", "tl_loop", "按钮", listData=_of(BUTTONS), direction="vertical", marginTop=4, marginBottom=12)
    loop["children"] = [
        _button("tl_tap", "回传请求", "id", actionType="request", actionId=_text("${loop.id}"), params=[_param()]),
        _button("tl_open", "打开网页", "url", actionType="url", urlType="all", url=_loop_link("url")),
    ]
    head = _node("CardHeaderV2", "tl_head", "标题", title=_text(f"${{{TITLE}}}"))
    markdown = {"type": "dynamicMarkdown", "valueType": "variable", "value": "", "variable": BODY}
    body = _node("Markdown", "tl_body", "正文", mdVer=0, content=markdown | {"variableType": "global"}, **_margins())
    return _node("Card", "tl_card", "卡片") | {"fileName": "", "dataSource": {}, "children": [head, body, loop]}


def _button(number: str, called: str, needs: str, **props: Any) -> Node:
    color = {"type": "dynamicSelect", "valueType": "variable", "value": "blue"} | _loop("color")
    status = {
        "type": "dynamicSelect",
        "valueType": "fixed",
        "value": "normal",
        "variable": "",
        "variableType": "global",
    }
    button = _node("SingleButton", number, called, text=_text("${loop.text}"), color=color, status=status, **props)
    button["props"]["visible"] = _where(needs)
    return button


def _node(component: str, number: str, called: str, **props: Any) -> Node:
    fixed = {"hidden": False, "isLocked": False, "condition": True, "conditionGroup": ""}
    return {"componentName": component, "id": number, "props": props, "title": called} | fixed


def _text(content: str) -> Node:
    return {"type": "dynamicString", "i18n": False, "content": content}


def _of(variable: str) -> Node:
    return {"type": "variableValue", "variableType": "global", "variable": variable}


def _loop(part: str) -> Node:
    return {"variable": f"{BUTTONS}[0].{part}", "variableType": "loop"}


def _loop_link(part: str) -> Node:
    return {"type": "dynamicLink", "valueType": "variable", "value": ""} | _loop(part)


def _param() -> Node:
    """The parameter of the callback: what was tapped comes back as `params.action`."""
    return {"type": "variable", "value": "", "name": "action", "id": "1"} | _loop("id")


def _where(part: str) -> Node:
    """Shown where the entry has this part."""
    has = {"type": "variable", "op": "isNotEmpty", "value": "", "valueType": "fixed", "valueVariableType": "global"}
    condition = {"op": "and", "conditions": [has | _loop(part)]}
    return {"type": "dynamicVisible", "value": True, "valueType": "condition", "condition": condition}


def _margins() -> Node:
    return {"marginLeft": 12, "marginRight": 12, "marginTop": 4, "marginBottom": 4}


def _sample() -> Node:
    """What the editor's preview shows."""
    buttons = [
        {"text": "同意", "color": "blue", "id": "1", "url": ""},
        {"text": "驳回", "color": "gray", "id": "2", "url": ""},
    ]
    return {TITLE: "待审批 A203", BODY: "**房抵 50 万**\n\n剩余：3 小时", STATUS: "3", BUTTONS: buttons}


def _json(value: object, **how: Any) -> str:
    return json.dumps(value, ensure_ascii=False, **how)


if __name__ == "__main__":
    sys.stdout.write(_json(template(), indent=1) + "\n")
