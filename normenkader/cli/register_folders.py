"""Which output folder a MODEL, a version of the register or an event means, wherever it stands now."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from normenkader.errors import InputRefused, NormenkaderError

if TYPE_CHECKING:
    from normenkader.register.events import Event
    from normenkader.register.evidence import Evidence


@contextmanager
def evidence_of(model: str, home: Path) -> Iterator[Evidence]:
    """The output folder that MODEL means, held against its receipt; one from MLflow is there until the end only."""
    from normenkader.register.evidence import read_evidence

    if Path(model).is_dir():
        yield read_evidence(Path(model))
    elif is_number(model):
        with version_folder(int(model), home) as found:
            evidence = read_evidence(found.path)
            yield replace(evidence, folder=None) if found.from_mlflow else evidence
    elif model.startswith("models:/"):
        from normenkader.tracking.fetch import fetched_folder

        with fetched_folder(model, home) as folder:
            yield replace(read_evidence(folder), folder=None)
    else:
        raise InputRefused("this is no output folder, no version number and no models:/ address", file=model)


def is_number(model: str) -> bool:
    """Whether MODEL is a version number of the register."""
    return re.fullmatch(r"[0-9]+", model) is not None and not Path(model).is_dir()


def has_register(home: Path) -> bool:
    """Whether a register is kept in `home`, so that a bare number is a version of it."""
    from normenkader.register.chained_file import FILE_NAME, HEAD_NAME

    return any((home / name).is_file() for name in (FILE_NAME, HEAD_NAME))


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFolder:
    """An output folder, and whether it was had from MLflow: then it will not stay."""

    path: Path
    from_mlflow: bool = False


@contextmanager
def version_folder(version: int, home: Path) -> Iterator[FoundFolder]:
    """The folder of a version of the register, with the very tables that were adopted.

    Raises
    ------
    InputRefused
        If the register has no such version, its folder is nowhere to be found, or it holds other tables.
    """
    from normenkader.register.adopt import latest_adoption
    from normenkader.register.chained_file import read_register
    from normenkader.register.evidence import read_evidence

    adopted = latest_adoption(read_register(home).events, version)
    with folder_of_event(adopted, home) as folder:
        if folder is None:
            raise InputRefused(f"the output folder of version {version} is not to be found; give the folder itself")
        found = read_evidence(folder.path)
        if (found.norms_sha256, found.bands_sha256) != (adopted.norms_sha256, adopted.bands_sha256):
            raise InputRefused(f"this folder does not hold the tables of version {version}", file=str(folder.path))
        yield folder


@contextmanager
def folder_of_event(event: Event, home: Path, *, given: Path | None = None) -> Iterator[FoundFolder | None]:
    """The folder of an event wherever it stands now, else as MLflow has it, else None."""
    from normenkader.register.evidence import find_folder

    found = find_folder(event, home, given=given)
    with ExitStack() as stack:
        if found is not None:
            yield FoundFolder(path=found)
        elif event.catalogue is None or given is not None:
            yield None
        else:
            yield _logged_folder(stack, event.catalogue, home)


def _logged_folder(stack: ExitStack, catalogue: Mapping[str, Any], home: Path) -> FoundFolder | None:
    from normenkader.tracking.fetch import fetched_folder

    address = f"models:/{catalogue['model_name']}/{catalogue['model_version']}"
    try:
        return FoundFolder(path=stack.enter_context(fetched_folder(address, home)), from_mlflow=True)
    except (NormenkaderError, ImportError):
        return None
