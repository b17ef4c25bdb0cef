"""The keys of a school and what they seal: fields, case keys, blind indexes. Must not know the database.

The key file lives outside the database and outside its backups. AES-256-GCM throughout; a sealed value is
key id (4 bytes), nonce (12 bytes), ciphertext with tag, and opens only under the name it was sealed for.
"""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.files import write_once

_ID, _NONCE, _TAG, _KEY = 4, 12, 16, 32
_BLIND = 16  # bytes of an HMAC-SHA256 kept as an index: two people of a school never share one
_CIPHERS = 512  # open case keys kept at hand
_BLINDS = 1024  # and blind indexes: they are of ids, never of words


class Tampered(Exception):
    """A sealed value or key file is not what was written, or these are not the keys it was written with."""


@dataclass(frozen=True, slots=True, repr=False)
class Key:
    """One secret and the id it is known by."""

    id: bytes
    secret: bytes

    @staticmethod
    def fresh() -> "Key":
        """Make a new random key."""
        return Key(os.urandom(_ID), os.urandom(_KEY))


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """What a key file holds."""

    school: Key
    adult: Key  # for cases about adults, so that it can be kept from those who look after the others
    audit: Key
    index: Key
    format: Literal[1] = 1

    def __post_init__(self) -> None:
        keys = (self.school, self.adult, self.audit, self.index)
        if any(len(k.id) != _ID or len(k.secret) != _KEY for k in keys) or self.school.id == self.adult.id:
            raise ValueError("a key has the wrong length, or two keys share an id")


def _seal(key_id: bytes, cipher: AESGCM, data: bytes, about: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return key_id + nonce + cipher.encrypt(nonce, data, about)


def _unseal(ciphers: dict[bytes, AESGCM], blob: bytes, about: bytes) -> bytes:
    cipher = ciphers.get(blob[:_ID])
    if cipher is None or len(blob) < _ID + _NONCE + _TAG:
        raise Tampered("sealed with another key, or cut short")
    try:
        return cipher.decrypt(blob[_ID : _ID + _NONCE], blob[_ID + _NONCE :], about)
    except InvalidTag as wrong:
        raise Tampered("a sealed value does not verify") from wrong


class _Hmac:
    """HMAC-SHA256 (RFC 2104) with the key's two blocks hashed beforehand: a third of the time of `hmac.digest`."""

    __slots__ = ("_inner", "_outer")

    def __init__(self, secret: bytes) -> None:
        block = secret.ljust(64, b"\0")
        self._inner = hashlib.sha256(bytes(b ^ 0x36 for b in block))
        self._outer = hashlib.sha256(bytes(b ^ 0x5C for b in block))

    def digest(self, data: bytes) -> bytes:
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(data)
        outer.update(inner.digest())
        return outer.digest()


class CaseCipher:
    """Seals and opens what belongs to one case, under that case's own data key."""

    __slots__ = ("_case", "_ciphers", "_id")

    def __init__(self, case_id: str, key: Key) -> None:
        self._case = case_id
        self._id = key.id
        self._ciphers = {key.id: AESGCM(key.secret)}

    def seal(self, data: bytes, about: str) -> bytes:
        """Seal a part of the case under the part's name."""
        return _seal(self._id, self._ciphers[self._id], data, f"{self._case} {about}".encode())

    def unseal(self, blob: bytes, about: str) -> bytes:
        """Open a part of the case. Raises Tampered."""
        return _unseal(self._ciphers, blob, f"{self._case} {about}".encode())


class Vault:
    """The keys of one school, open. Safe to use from several threads."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._ciphers = {k.id: AESGCM(k.secret) for k in (keys.school, keys.adult)}
        self._school = self._ciphers[keys.school.id]
        self._index, self._audit = _Hmac(keys.index.secret), _Hmac(keys.audit.secret)
        self.case_cipher: Callable[[str, bytes], CaseCipher] = lru_cache(_CIPHERS)(self._open_case)
        # The same event, place or person is asked for several times in a transaction.
        self.blind: Callable[[str], bytes] = lru_cache(_BLINDS)(self._blind)

    @staticmethod
    def create(path: Path) -> "Vault":
        """Make new keys and keep them at `path`, readable by this user only. Raises FileExistsError, OSError."""
        keys = Keys(Key.fresh(), Key.fresh(), Key.fresh(), Key.fresh())
        write_once(path, msgspec.json.format(msgspec.json.encode(keys)) + b"\n")
        return Vault(keys)

    @staticmethod
    def load(path: Path) -> "Vault":
        """Open the keys kept at `path`. Raises OSError, or Tampered for a file that is not a key file."""
        try:
            return Vault(msgspec.json.decode(path.read_bytes(), type=Keys))
        except (msgspec.DecodeError, UnicodeDecodeError):
            # The cause is left out on purpose: it may quote a key.
            raise Tampered(f"{path} is not a key file of this program") from None

    def seal(self, data: bytes, about: str) -> bytes:
        """Seal `data` under the school's key, so that it opens only as `about` (the name of its row)."""
        return _seal(self._keys.school.id, self._school, data, about.encode())

    def unseal(self, blob: bytes, about: str) -> bytes:
        """Open what `seal` gave for the same `about`. Raises Tampered for anything else."""
        return _unseal(self._ciphers, blob, about.encode())

    def new_case_key(self, case_id: str, adult: bool) -> bytes:
        """Make a data key for a case, wrapped by the school's key, or by the adult key for a case about an adult."""
        own = Key.fresh()
        return self._wrap(case_id, own.id + own.secret, adult)

    def rewrap(self, case_id: str, wrapped: bytes, adult: bool) -> bytes:
        """Give the same data key, wrapped by the other of the two keys: what it sealed stays readable."""
        return self._wrap(case_id, self.unseal(wrapped, f"case {case_id}"), adult)

    def _wrap(self, case_id: str, own: bytes, adult: bool) -> bytes:
        outer = self._keys.adult if adult else self._keys.school
        return _seal(outer.id, self._ciphers[outer.id], own, f"case {case_id}".encode())

    def _open_case(self, case_id: str, wrapped: bytes) -> CaseCipher:
        """Unwrap a case's data key. Raises Tampered."""
        own = self.unseal(wrapped, f"case {case_id}")
        return CaseCipher(case_id, Key(own[:_ID], own[_ID:]))

    def forget_cases(self) -> None:
        """Let go of the case keys kept at hand: part of erasing a case."""
        self.case_cipher = lru_cache(_CIPHERS)(self._open_case)

    def _blind(self, value: str) -> bytes:
        """Give an index to look `value` up by, which says nothing about it to anybody without the key."""
        return self._index.digest(value.encode())[:_BLIND]

    def blind_person(self, person: str) -> bytes:
        """Give the index of a person: the same one wherever the store has to find what is theirs."""
        return self.blind(f"person {person}")

    def audit_mac(self, data: bytes) -> bytes:
        """Give the audit chain's HMAC-SHA256 of `data`."""
        return self._audit.digest(data)
