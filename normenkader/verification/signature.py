"""An Ed25519 signature over receipt.json, kept beside it: who stands behind these bytes.

The receipt holds the hash of every file and input, so a signature over it covers them all. The key is the user's own
and is only read. The signature is 64 plain bytes, so that openssl can check it without this package::

    openssl genpkey -algorithm ed25519 -out key.pem           # keep this one to yourself
    openssl pkey -in key.pem -pubout -out public.pem          # hand this one out
    openssl pkeyutl -verify -pubin -inkey public.pem -rawin -in receipt.json -sigfile receipt.sig

References
----------
RFC 8032, Edwards-Curve Digital Signature Algorithm. RFC 8410, section 7: keys in PEM.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from normenkader.dossier.write import RECEIPT
from normenkader.errors import InputRefused, OutputRefused
from normenkader.provenance import sha256_of_bytes, write_whole_file
from normenkader.verification.hashes import SIGNATURE, check_folder

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_MAKE = "make one with: openssl genpkey -algorithm ed25519 -out key.pem"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureCheck:
    """Whether receipt.sig is the signature of receipt.json by the holder of a key.

    Attributes
    ----------
    valid : bool
    key : str
        SHA-256 of the public key (in DER), by which it can be told from others.
    reason : str
        Why not; empty when it is.
    """

    valid: bool
    key: str
    reason: str = ""


def sign(folder: str | Path, key: str | Path, *, password: bytes | None = None) -> SignatureCheck:
    """Sign an output folder: write receipt.sig beside its receipt.

    Parameters
    ----------
    folder : path
        An output folder whose receipt, files and number hold; nothing else is signed.
    key : path
        Private Ed25519 key in PEM. It is read, and neither kept nor copied.
    password : bytes, optional
        Of the key, when it has one.

    Returns
    -------
    SignatureCheck
        Of the signature that was written.

    Raises
    ------
    InputRefused
        If the folder departs from its receipt, or the key cannot be read or is of another kind.
    OutputRefused
        If there is another signature already.
    """
    here = Path(folder)
    departures = check_folder(here).departures
    if departures:
        rule = f"this folder is not signed, because it is not as its receipt says: {departures[0].text}"
        raise InputRefused(rule, file=departures[0].file)
    private = _private_key(Path(key), password)
    content, target = (here / RECEIPT).read_bytes(), here / SIGNATURE
    signature = private.sign(content)
    if target.is_file() and target.read_bytes() != signature:
        raise OutputRefused(f"{target} exists already with another signature; nothing is overwritten")
    write_whole_file(target, signature)
    return SignatureCheck(valid=True, key=_fingerprint(private.public_key()))


def check_signature(folder: Path, public_key: Path) -> SignatureCheck:
    """Check receipt.sig with a public key.

    Raises
    ------
    InputRefused
        If the key cannot be read or is of another kind.
    """
    from cryptography.exceptions import InvalidSignature

    public = _public_key(public_key)
    key, paths = _fingerprint(public), [folder / RECEIPT, folder / SIGNATURE]
    if not all(path.is_file() for path in paths):
        return SignatureCheck(valid=False, key=key, reason="there is no signature, or no receipt")
    content, signature = (path.read_bytes() for path in paths)
    try:
        public.verify(signature, content)
    except InvalidSignature:
        reason = "this is not the signature of this receipt by the holder of this key"
        return SignatureCheck(valid=False, key=key, reason=reason)
    return SignatureCheck(valid=True, key=key)


def needs_password(key: str | Path) -> bool:
    """Whether a private key is kept under a password."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        load_pem_private_key(_bytes_of(Path(key)), None)
    except TypeError:
        return True
    except (ValueError, UnsupportedAlgorithm):
        return False
    return False


def _private_key(path: Path, password: bytes | None) -> Ed25519PrivateKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        found = load_pem_private_key(_bytes_of(path), password)
    except (TypeError, ValueError):
        rule = f"this cannot be read as a private key in PEM, or the password is not its own; {_MAKE}"
        raise InputRefused(rule, file=str(path)) from None
    except UnsupportedAlgorithm:
        raise _other_kind(path) from None
    if not isinstance(found, Ed25519PrivateKey):
        raise _other_kind(path)
    return found


def _public_key(path: Path) -> Ed25519PublicKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        found: Any = load_pem_public_key(_bytes_of(path))
    except ValueError:
        rule = (
            "this cannot be read as a public key in PEM; make it with: openssl pkey -in key.pem -pubout -out public.pem"
        )
        raise InputRefused(rule, file=str(path)) from None
    except UnsupportedAlgorithm:
        raise _other_kind(path) from None
    if not isinstance(found, Ed25519PublicKey):
        raise _other_kind(path)
    return found


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise InputRefused("this file cannot be read", file=str(path)) from None


def _other_kind(path: Path) -> InputRefused:
    return InputRefused(f"this key is not of the kind Ed25519; {_MAKE}", file=str(path))


def _fingerprint(public: Ed25519PublicKey) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return sha256_of_bytes(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
