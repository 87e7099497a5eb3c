"""The parts of a richText message: words and pictures, in the order in which they were put together."""

from bot.channels.dingtalk.values import written

MOST_PICTURES = 30  # what a person puts into one message by hand is far less


def texts_and_pictures(parts: object) -> tuple[str, list[object]] | None:
    """The words of `content.richText` and the codes of its pictures; None if there is neither, or too many pictures.

    Words in a row are one text, however they were formatted; a picture between two is a new line. What is neither
    (a link to somebody, a thing that comes later) is passed over.
    """
    words, codes = "", list[object]()
    behind_picture = False
    for part in parts if isinstance(parts, list) else ():
        if not isinstance(part, dict):
            continue
        code, text = part.get("downloadCode") or part.get("pictureDownloadCode"), part.get("text")
        if code:
            codes.append(code)
            behind_picture = True
        elif isinstance(text, str):
            words += ("\n" if words and behind_picture else "") + written(text)
            behind_picture = False
    return (words, codes) if (words or codes) and len(codes) <= MOST_PICTURES else None
