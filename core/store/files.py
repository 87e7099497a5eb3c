"""Files that are kept beside the database, each encrypted with a key of its own.

The key stands sealed in the file's row: a change of the master key seals it anew like every other sealed value and
touches no file, and a row that is wiped makes its file unreadable wherever a copy of it lies. A file is named by its
row's number alone: nothing that comes from outside is part of a path.
"""

import errno
import os
import shutil
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.privacy import Unreadable
from core.store.faultpoint import faultpoint

KEEP_FREE = 64 * 1024 * 1024
"""So much of the disk is left to the database and the logs, which may well lie on it."""
KEY_BYTES = 32
_NONCE_BYTES = 12
_VERSION = b"\x01"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class NoRoom(Exception):
    """The disk has no room for the file; nothing was kept of it."""


def new_key() -> bytes:
    """A key for one file."""
    return os.urandom(KEY_BYTES)


class Files:
    """The files of one kind, by number, in a folder that nobody else may look into."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def has_room(self, size: int) -> bool:
        """Has the disk room for so many bytes, with what is to stay free?"""
        there = next(each for each in (self._folder, *self._folder.parents) if each.exists())
        return shutil.disk_usage(there).free >= size + KEEP_FREE

    def write(self, number: int, key: bytes, content: bytes) -> None:
        """Keep `content` as the file `number`: all of it, safe from a power cut, or nothing. One that is there already
        is replaced: a second try writes the same.

        Raises:
            NoRoom: the disk is full, or nearly.
        """
        path = self._path(number)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.parent.mkdir(mode=0o700, exist_ok=True)
            if shutil.disk_usage(path.parent).free < len(content) + KEEP_FREE:
                raise NoRoom
            self._replace(path, _sealed(number, key, content))
        except OSError as error:
            if error.errno in _FULL:
                raise NoRoom from None
            raise

    def _replace(self, path: Path, sealed: bytes) -> None:
        draft = path.with_name(f"{path.name}.{os.urandom(6).hex()}")
        try:
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(sealed)
                file.flush()
                os.fsync(file.fileno())
            faultpoint("file_drafted")
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def read(self, number: int, key: bytes) -> bytes:
        """The content of the file `number`.

        Raises:
            Unreadable: it was altered, exchanged for another, or sealed with another key.
            FileNotFoundError: it is not there.
        """
        sealed = self._path(number).read_bytes()
        head = len(_VERSION) + _NONCE_BYTES
        if sealed[:1] != _VERSION or len(sealed) < head:
            raise Unreadable("file")
        try:
            return AESGCM(key).decrypt(sealed[1:head], sealed[head:], _place(number))
        except InvalidTag:
            raise Unreadable("file") from None

    def delete(self, number: int) -> None:
        """Remove the file `number`, and what a process that died while writing it has left."""
        path = self._path(number)
        path.unlink(missing_ok=True)
        for draft in path.parent.glob(f"{path.name}.*"):
            draft.unlink(missing_ok=True)

    def _path(self, number: int) -> Path:
        name = f"{number:016x}"
        return self._folder / name[-2:] / name


def _sealed(number: int, key: bytes, content: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return _VERSION + nonce + AESGCM(key).encrypt(nonce, content, _place(number))


def _place(number: int) -> bytes:
    return f"file:{number}".encode()
