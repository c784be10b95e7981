"""A plan's folder: written whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from ipse.core.canonical import dumps
from ipse.core.errors import InputError
from ipse.core.files import cannot_write, check_regular
from ipse.plan.model import Plan

PLAN = "plan.json"


@contextmanager
def plan_folder(folder: Path, *, force: bool) -> Iterator[Path]:
    """Give a temporary folder that takes the place of ``folder`` on success.

    Parameters
    ----------
    folder
        Where the plan shall lie.
    force
        Whether an existing plan may be replaced. A folder that is no plan is never replaced.

    Raises
    ------
    InputError
        If the folder exists and may not be replaced; if the disk is full or cannot be written (an
        earlier plan is kept).
    """
    try:
        if folder.exists():
            _may_replace(folder, force=force)
        folder.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    except OSError as error:
        raise cannot_write(folder, error) from error
    try:
        temporary.chmod(0o755)
        yield temporary
        _swap(temporary, folder)
    except OSError as error:
        raise cannot_write(folder, error) from error
    except InputError as error:
        if error.file and Path(error.file).is_relative_to(temporary):
            error.file = str(folder)  # the user knows this folder, not the one beside it
        raise
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _may_replace(folder: Path, *, force: bool) -> None:
    if not force:
        raise InputError(
            "the output folder exists",
            field="--out", value=str(folder), expected="a folder that does not exist yet",
            next_step="choose another with --out, or replace this plan with --force",
        )  # fmt: skip
    if not folder.is_dir() or (any(folder.iterdir()) and not (folder / PLAN).is_file()):
        raise InputError(
            "--force replaces plans only, and this is not one",
            field="--out", value=str(folder), expected=f"a folder that holds {PLAN}",
            next_step="choose another folder with --out",
        )  # fmt: skip


def _swap(temporary: Path, folder: Path) -> None:
    """Move the new folder in; put the old one back if that fails."""
    if not folder.exists():
        temporary.rename(folder)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}.old.", dir=folder.parent))
    folder.rename(old / "plan")
    try:
        temporary.rename(folder)
    except OSError:
        (old / "plan").rename(folder)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


def plan_text(plan: Plan) -> str:
    """JSON text of a plan, byte-identical for identical plans."""
    return dumps(plan.model_dump(mode="json"))


def read_plan(path: Path) -> Plan:
    """Read a plan from its folder or its ``plan.json``.

    Raises
    ------
    InputError
        If there is no plan or it is not one this version can read.
    """
    file = path / PLAN if path.is_dir() else path
    check_regular(file, "a plan")
    try:
        return Plan.model_validate_json(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise InputError(
            "cannot read a plan", file=file, value=why, expected=f"a folder with {PLAN}",
            next_step="make one: ipse plan CASE",
        ) from None  # fmt: skip
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(
            "this is not a plan of this version", file=file,
            field=".".join(str(part) for part in first["loc"]) or "(whole file)",
            value=str(first.get("input"))[:80], expected=first["msg"],
            next_step="make it again with ipse plan CASE",
        ) from None  # fmt: skip
