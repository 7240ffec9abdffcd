"""``normenkader sign``: a signature beside the receipt, by a key that stays with the user."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from normenkader.cli.output import json_option, show


@click.command("sign")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--key",
    type=click.Path(path_type=Path),
    required=True,
    help="Private Ed25519 key in PEM. It is read, and neither kept nor copied; its password is asked for.",
)
@json_option
def command(folder: Path, key: Path, as_json: bool) -> None:
    """Sign FOLDER, an output folder of calibrate: write receipt.sig beside its receipt.

    The receipt holds the hash of every file and input, so the signature covers them all. A folder that departs from
    its receipt is not signed. The rest of the folder stays as it is.

    \b
    Example, with a new key:
      openssl genpkey -algorithm ed25519 -aes256 -out key.pem     keep this one to yourself
      openssl pkey -in key.pem -pubout -out public.pem            hand this one out
      normenkader sign out/2f6c --key key.pem
      normenkader verify out/2f6c --public-key public.pem

    \b
    To check a signature without normenkader:
      openssl pkeyutl -verify -pubin -inkey public.pem -rawin -in out/2f6c/receipt.json -sigfile out/2f6c/receipt.sig
    """
    from normenkader.verification.signature import needs_password, sign

    password = click.prompt("Password of the key", hide_input=True, err=True) if needs_password(key) else None
    found = sign(folder, key, password=None if password is None else password.encode("utf-8"))
    place = folder / "receipt.sig"
    text = f"Signature:  {place}\nKey:        {found.key} (SHA-256 of the public key)"
    show({"signature": str(place), **asdict(found)}, text, as_json=as_json)
