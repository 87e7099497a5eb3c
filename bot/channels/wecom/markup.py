"""The one XML reader of this channel, for the outer envelope and for the decrypted event alike.

It is expat itself with everything refused that an event never has: a document type (and with it every entity),
comments, processing instructions, deep nesting. Bytes are UTF-8 whatever the XML declaration says, so that there is
one reading of every text. defusedxml's parser does the same through a layer in Python and takes twice the time
(measured: 25 against 12 microseconds for a card event), and this is the hot path.
"""

from typing import NoReturn
from xml.parsers import expat  # every dangerous feature is refused below

MOST_ELEMENTS = 1000  # in one document; the largest event of WeCom's has a few dozen


class Malformed(Exception):
    """Not the XML that WeCom sends."""


class Node:
    """One element: its name, its own text, and the elements in it. Read only after `read` returned it."""

    __slots__ = ("attributes", "children", "name", "text")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.text = ""
        self.children: list[Node] = []

    def all(self, name: str) -> list["Node"]:
        """The children called `name`."""
        return [child for child in self.children if child.name == name]

    def one(self, name: str) -> "Node | None":
        """The only child called `name`, or None.

        Raises:
            Malformed: there are several; parsers disagree on which one counts.
        """
        found = self.all(name)
        if len(found) > 1:
            raise Malformed(f"{name} stands twice")
        return found[0] if found else None


def read(text: bytes, max_depth: int) -> Node:
    """The root element of `text`, nested at most `max_depth` levels (the root is level 1), of bounded size: what is
    refused is refused before it costs work or memory.

    Raises:
        Malformed: it is no XML, or holds what is refused here.
    """
    stack = [Node("", {})]
    document = stack[0]
    left = MOST_ELEMENTS

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal left
        left -= 1
        if len(stack) > max_depth or left < 0:
            raise Malformed("too deep or too many elements")
        node = Node(name, attributes)
        stack[-1].children.append(node)
        stack.append(node)

    def end(_name: str) -> None:
        stack.pop()

    def characters(data: str) -> None:
        stack[-1].text += data

    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = parser.CommentHandler = parser.ProcessingInstructionHandler = _refuse
    if b"\0" in text:  # also how UTF-16 begins, which expat would guess
        raise Malformed("no XML")
    try:
        parser.Parse(text.decode(), True)
    except (expat.ExpatError, UnicodeDecodeError):
        raise Malformed("no XML") from None
    return document.children[0]


def _refuse(*_what: object) -> NoReturn:
    raise Malformed("only elements and text are expected")


def fields(root: Node) -> dict[str, str]:
    """The text of each child of `root` by name.

    Raises:
        Malformed: a child stands twice; parsers disagree on which one counts.
    """
    texts = {child.name: child.text for child in root.children}
    if len(texts) != len(root.children):
        raise Malformed("an element stands twice")
    return texts
