"""Keys and seals: only what was written, under the name it was written for, with the key it was written with."""

import hashlib
import hmac
import json
from pathlib import Path

import pytest

from bot.storage.vault import Tampered, Vault, _Hmac


def test_a_key_file_is_private_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    Vault.create(path)
    assert path.stat().st_mode & 0o777 == 0o600
    before = path.read_bytes()
    with pytest.raises(FileExistsError):
        Vault.create(path)
    assert path.read_bytes() == before


def test_loaded_keys_are_the_created_ones(tmp_path: Path) -> None:
    made = Vault.create(tmp_path / "keys")
    again = Vault.load(tmp_path / "keys")
    assert again.unseal(made.seal(b"words", "row 1"), "row 1") == b"words"
    wrapped = made.new_case_key("c1", adult=True)
    sealed = made.case_cipher("c1", wrapped).seal(b"words", "case")
    assert again.case_cipher("c1", wrapped).unseal(sealed, "case") == b"words"
    assert again.blind("a") == made.blind("a")
    assert again.audit_mac(b"a") == made.audit_mac(b"a")


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b"[1]"])
def test_a_file_that_holds_no_keys_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "keys").write_bytes(content)
    with pytest.raises(Tampered):
        Vault.load(tmp_path / "keys")


def test_short_keys_are_refused_without_quoting_them(tmp_path: Path) -> None:
    Vault.create(tmp_path / "keys")
    held = json.loads((tmp_path / "keys").read_bytes())
    held["audit"]["secret"] = "c2VjcmV0"  # noqa: S105 - too short, which is the point
    (tmp_path / "keys").write_text(json.dumps(held))
    with pytest.raises(Tampered) as refused:
        Vault.load(tmp_path / "keys")
    assert "c2VjcmV0" not in str(refused.value)
    assert refused.value.__cause__ is None
    with pytest.raises(FileNotFoundError):
        Vault.load(tmp_path / "nowhere")


def test_every_bit_flip_is_noticed(vault: Vault) -> None:
    blob = vault.seal(b"what the child said", "row 1")
    for bit in range(len(blob) * 8):
        bent = bytearray(blob)
        bent[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Tampered):
            vault.unseal(bytes(bent), "row 1")
    for length in range(len(blob)):
        with pytest.raises(Tampered):
            vault.unseal(blob[:length], "row 1")


def test_a_seal_opens_only_for_its_row_and_its_keys(vault: Vault, tmp_path: Path) -> None:
    blob = vault.seal(b"words", "row 1")
    with pytest.raises(Tampered):
        vault.unseal(blob, "row 2")
    with pytest.raises(Tampered):
        Vault.create(tmp_path / "other").unseal(blob, "row 1")


def test_case_keys_differ_and_open_only_their_own_case(vault: Vault) -> None:
    one, two = vault.new_case_key("c1", adult=False), vault.new_case_key("c2", adult=False)
    sealed = vault.case_cipher("c1", one).seal(b"words", "case")
    with pytest.raises(Tampered):
        vault.case_cipher("c2", two).unseal(sealed, "case")
    with pytest.raises(Tampered):
        vault.case_cipher("c2", one)
    with pytest.raises(Tampered):
        vault.case_cipher("c1", one).unseal(sealed, "revision 1")
    with pytest.raises(Tampered):
        vault.unseal(sealed, "case")


def test_cases_about_adults_are_under_another_key(vault: Vault) -> None:
    child, adult = vault.new_case_key("c1", adult=False), vault.new_case_key("c1", adult=True)
    assert child[:4] == vault.seal(b"", "x")[:4]
    assert adult[:4] != child[:4]


def test_nothing_seals_alike_twice_but_indexes_do(vault: Vault, tmp_path: Path) -> None:
    assert vault.seal(b"words", "row 1") != vault.seal(b"words", "row 1")
    assert vault.blind("a") == vault.blind("a")
    assert vault.blind("a") != vault.blind("b")
    assert Vault.create(tmp_path / "other").blind("a") != vault.blind("a")
    assert vault.blind_person("a") != vault.blind("a")


def test_the_quick_hmac_is_the_standard_one() -> None:
    for length in range(0, 200, 7):
        data = bytes(range(length))
        assert _Hmac(b"k" * 32).digest(data) == hmac.digest(b"k" * 32, data, hashlib.sha256)


def test_keys_do_not_show_in_a_repr(vault: Vault) -> None:
    assert vault._keys.school.secret.hex()[:8] not in repr(vault) + repr(vault._keys)
    assert repr(vault._keys.school.secret) not in repr(vault._keys) + repr(vault._keys.school)
