"""Signatures: by our own code and by openssl, both ways; wrong keys, changed receipts, broken folders."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from normenkader.errors import InputRefused, OutputRefused
from normenkader.verification.hashes import check_folder
from normenkader.verification.signature import check_signature, needs_password, sign
from tests.verification.conftest import reseal

PEM, PKCS8, SPKI = Encoding.PEM, PrivateFormat.PKCS8, PublicFormat.SubjectPublicKeyInfo


def key_pair(
    folder: Path, name: str = "a", *, of_kind: object = None, encryption: KeySerializationEncryption | None = None
) -> tuple[Path, Path]:
    private = of_kind or Ed25519PrivateKey.generate()
    folder.mkdir(exist_ok=True)
    paths = folder / f"{name}.pem", folder / f"{name}-public.pem"
    paths[0].write_bytes(private.private_bytes(PEM, PKCS8, encryption or NoEncryption()))
    paths[1].write_bytes(private.public_key().public_bytes(PEM, SPKI))
    return paths


def test_a_signature_holds_and_the_folder_stays_whole(copied: Path, tmp_path: Path) -> None:
    private, public = key_pair(tmp_path / "keys")
    made = sign(copied, private)
    checked = check_signature(copied, public)
    assert made.valid
    assert checked == made
    assert check_folder(copied).departures == ()
    assert len((copied / "receipt.sig").read_bytes()) == 64
    assert sign(copied, private) == made


def test_the_wrong_key_and_a_changed_receipt_or_signature_are_found(copied: Path, tmp_path: Path) -> None:
    private, public = key_pair(tmp_path / "keys")
    _, other = key_pair(tmp_path / "keys", "b")
    sign(copied, private)
    assert not check_signature(copied, other).valid
    reseal(copied)
    assert check_signature(copied, public).valid
    for name in ("receipt.json", "receipt.sig"):
        content = (copied / name).read_bytes()
        (copied / name).write_bytes(content[:20] + bytes([content[20] ^ 1]) + content[21:])
        assert not check_signature(copied, public).valid
        (copied / name).write_bytes(content)
    (copied / "receipt.sig").unlink()
    assert "no signature" in check_signature(copied, public).reason


def test_a_departing_folder_is_not_signed(copied: Path, tmp_path: Path) -> None:
    private, _ = key_pair(tmp_path / "keys")
    (copied / "ledger.csv").write_text("x")
    with pytest.raises(InputRefused, match="not signed"):
        sign(copied, private)
    assert not (copied / "receipt.sig").exists()


def test_another_signature_is_never_overwritten(copied: Path, tmp_path: Path) -> None:
    first, _ = key_pair(tmp_path / "keys")
    second, _ = key_pair(tmp_path / "keys", "b")
    sign(copied, first)
    with pytest.raises(OutputRefused, match="another signature"):
        sign(copied, second)


def test_a_key_under_a_password(copied: Path, tmp_path: Path) -> None:
    private, public = key_pair(tmp_path / "keys", encryption=BestAvailableEncryption(b"geheim"))
    assert needs_password(private)
    with pytest.raises(InputRefused, match="password"):
        sign(copied, private)
    with pytest.raises(InputRefused, match="password"):
        sign(copied, private, password=b"other")
    sign(copied, private, password=b"geheim")
    assert check_signature(copied, public).valid


def test_keys_of_another_kind_and_files_that_are_no_key_are_refused(copied: Path, tmp_path: Path) -> None:
    private, public = key_pair(tmp_path / "keys", of_kind=generate_private_key(SECP256R1()))
    notes = tmp_path / "notes.pem"
    notes.write_text("geheim")
    for key in (private, public, notes, tmp_path / "nowhere.pem"):
        with pytest.raises(InputRefused) as refusal:
            sign(copied, key)
        assert "geheim" not in str(refusal.value)
    for key in (private, public, notes, tmp_path / "nowhere.pem"):
        with pytest.raises(InputRefused):
            check_signature(copied, key)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_makes_the_keys_and_checks_the_signature_as_documented(copied: Path, tmp_path: Path) -> None:
    def openssl(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["openssl", *arguments], capture_output=True, text=True, cwd=tmp_path, check=False)

    assert openssl("genpkey", "-algorithm", "ed25519", "-out", "key.pem").returncode == 0
    assert openssl("pkey", "-in", "key.pem", "-pubout", "-out", "public.pem").returncode == 0
    sign(copied, tmp_path / "key.pem")
    assert check_signature(copied, tmp_path / "public.pem").valid
    check = ("pkeyutl", "-verify", "-pubin", "-inkey", "public.pem", "-rawin", "-in", str(copied / "receipt.json"),
             "-sigfile", str(copied / "receipt.sig"))  # fmt: skip
    assert "Successfully" in openssl(*check).stdout
    (copied / "receipt.json").write_text("{}")
    assert openssl(*check).returncode != 0
