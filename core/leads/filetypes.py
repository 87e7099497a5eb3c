"""What a file is, by its content: never by its name or by what its sender says it is.

Only what people of a loan company send each other: pictures, voices, films, PDF and the Office files without macros.
Anything else is not kept: what nobody recognises may be made to harm who opens it.
"""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class MediumKind(StrEnum):
    """What somebody sent, as the platform calls it."""

    PICTURE = "picture"
    VOICE = "voice"
    VIDEO = "video"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class FileType:
    """A known type: the ending for a name that we make, the media type, and as what it is kept and sent."""

    ending: str
    mime: str
    kind: MediumKind


_PICTURE, _FILE = MediumKind.PICTURE, MediumKind.FILE
JPEG = FileType("jpg", "image/jpeg", _PICTURE)
PNG = FileType("png", "image/png", _PICTURE)
_OFFICE = "application/vnd.openxmlformats-officedocument."
TYPES: Mapping[str, FileType] = {
    each.ending: each
    for each in (
        JPEG,
        PNG,
        FileType("gif", "image/gif", _PICTURE),
        FileType("webp", "image/webp", _PICTURE),
        FileType("bmp", "image/bmp", _PICTURE),
        FileType("heic", "image/heic", _PICTURE),
        FileType("amr", "audio/amr", MediumKind.VOICE),
        FileType("mp4", "video/mp4", MediumKind.VIDEO),
        FileType("pdf", "application/pdf", _FILE),
        FileType("docx", f"{_OFFICE}wordprocessingml.document", _FILE),
        FileType("xlsx", f"{_OFFICE}spreadsheetml.sheet", _FILE),
        FileType("pptx", f"{_OFFICE}presentationml.presentation", _FILE),
    )
}
_HEADS = (
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"#!AMR", "amr"),
    (b"%PDF-", "pdf"),
)
_HEIC = {b"heic", b"heix", b"hevc", b"mif1", b"msf1"}
_FILM = {
    *(b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"MSNV", b"dash"),
    *(b"3gp4", b"3gp5", b"3gp6", b"qt  "),
}
_MOST_BRANDS = 256  # bytes of the box that names them
_FOLDERS = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}
_CONTENT_TYPES = "[Content_Types].xml"
_MACROS = "vbaproject.bin"


def type_of(content: bytes, sent_as: MediumKind) -> FileType | None:
    """The type of `content`; None if it is none that is kept, or not what it was sent as: a picture that is none. A
    file may be any of them."""
    found = TYPES.get(_ending(content))
    return found if found and sent_as in (found.kind, MediumKind.FILE) else None


def _ending(content: bytes) -> str:
    for head, ending in _HEADS:
        if content.startswith(head):
            return ending
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    if content[:2] == b"BM" and int.from_bytes(content[2:6], "little") == len(content):
        return "bmp"
    if content[4:8] == b"ftyp":
        return _film(content)
    return _office(content) if content.startswith(b"PK\x03\x04") else ""


def _film(content: bytes) -> str:
    """By the first box of the file (ISO/IEC 14496-12, 4.3): its length, and the brand that it names."""
    length, brand = int.from_bytes(content[:4], "big"), content[8:12]
    if not (16 <= length <= min(_MOST_BRANDS, len(content)) and length % 4 == 0):
        return ""
    return "heic" if brand in _HEIC else "mp4" if brand in _FILM else ""


def _office(content: bytes) -> str:
    """By the folder inside; nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, UnicodeDecodeError):
        return ""
    if _CONTENT_TYPES not in names or any(name.lower().endswith(_MACROS) for name in names):
        return ""
    return next((ending for folder, ending in _FOLDERS.items() if any(name.startswith(folder) for name in names)), "")
