"""Files that somebody takes away: for his eyes alone, whole or not there at all, and none is replaced unawares."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path


class AlreadyThere(Exception):
    """A file of this name is there, and was not to be replaced. Nothing was written."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path


@contextmanager
def drafted(folder: Path, contents: Mapping[str, bytes], *, replace: bool) -> Iterator[None]:
    """Write `contents` (by file name) beside their places in `folder`, with mode 0600 and safe from a power cut, and
    put them there at the end of the block; if it raises, nothing is left of them.

    Raises:
        AlreadyThere: one of them is there, unless they may `replace` it.
        OSError: there is no such folder, no right, or no room.
    """
    places = {folder / name: content for name, content in contents.items()}
    _refuse(places, replace)
    drafts: dict[Path, Path] = {}
    try:
        for place, content in places.items():
            drafts[place] = place.with_name(f".{place.name}.{os.urandom(6).hex()}.part")
            _write(drafts[place], content)
        yield
        _refuse(places, replace)
        _put(drafts)
    finally:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)


def _refuse(places: Mapping[Path, bytes], replace: bool) -> None:
    for place in places:
        if not replace and os.path.lexists(place):
            raise AlreadyThere(place)


def _write(draft: Path, content: bytes) -> None:
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        error.filename = error.filename or str(draft.parent)  # a write names no file
        raise


def _put(drafts: Mapping[Path, Path]) -> None:
    """All of them, or none that was not there before."""
    new: list[Path] = []
    try:
        for place, draft in drafts.items():
            if not os.path.lexists(place):
                new.append(place)
            draft.replace(place)
    except OSError:
        for place in new:
            with suppress(OSError):
                place.unlink(missing_ok=True)
        raise
    folder = os.open(next(iter(drafts)).parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
