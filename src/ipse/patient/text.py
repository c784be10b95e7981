"""JSON and YAML text -> plain Python values, strictly."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from ipse.core.errors import InputError
from ipse.core.files import check_regular

MAX_DEPTH = 100
"""Deepest nesting accepted; a phenopacket needs fewer than 20 levels."""

MAX_BYTES = 64 * 1024 * 1024
"""Largest phenopacket accepted [bytes]; larger data belong in the files it names."""


def read_document(path: Path) -> dict[str, Any]:
    """Read a JSON or YAML file whose top level is an object.

    Raises
    ------
    InputError
        If the file cannot be read, is no UTF-8, is malformed, repeats a key, nests too deep, holds
        a number JSON has not (NaN, infinity), or is no object.
    """
    text = _read_text(path)
    is_yaml = path.suffix.lower() in (".yaml", ".yml") or not text.lstrip().startswith(("{", "["))
    if path.suffix.lower() == ".json":
        is_yaml = False
    try:
        if is_yaml:
            from ipse.patient.yaml_text import load_yaml  # most cases are JSON

            value = load_yaml(text, path)
        else:
            value = _load_json(text, path)
        _check_values(value, path)
    except RecursionError:
        raise _too_deep(path) from None
    if not isinstance(value, dict):
        raise InputError(
            "the top level of a phenopacket is an object",
            file=path, field="/", value=type(value).__name__, expected="an object with id, "
            "subject, metaData", next_step="see docs/case.md for a small example",
        )  # fmt: skip
    return value


def pointer(parent: str, key: str | int) -> str:
    """JSON pointer of a member (RFC 6901)."""
    return f"{parent}/{str(key).replace('~', '~0').replace('/', '~1')}"


def _read_text(path: Path) -> str:
    check_regular(path, "a phenopacket")
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(
                "a phenopacket is too large", file=path, value=f"{path.stat().st_size} bytes",
                expected=f"at most {MAX_BYTES} bytes",
                next_step="put bulk data into files and name them under files[]",
            )  # fmt: skip
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            "a phenopacket is UTF-8 text", file=path, field=f"byte {error.start}",
            value=error.object[error.start : error.start + 4].hex(" "), expected="UTF-8",
            next_step="save the file again as UTF-8",
        ) from None  # fmt: skip
    except OSError as error:
        raise InputError(
            "a phenopacket cannot be read", file=path, value=error.strerror or str(error),
            expected="a file that exists and can be read", next_step="check the path of the case",
        ) from None  # fmt: skip


def _too_deep(path: Path) -> InputError:
    return InputError(
        "a phenopacket is nested too deep", file=path, expected=f"at most {MAX_DEPTH} levels",
        next_step="remove the nesting: no part of the schema needs it",
    )  # fmt: skip


# -- JSON --------------------------------------------------------------------------------------


def _load_json(text: str, path: Path) -> Any:
    def no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            keys = [key for key, _ in pairs]
            again = next(key for place, key in enumerate(keys) if key in keys[:place])
            raise repeated_key(path, again)
        return found

    def refuse(name: str) -> Any:
        raise InputError(
            "JSON has no such number", file=path, value=name, expected="a finite number",
            next_step="leave the field out if the value is not known",
        )  # fmt: skip

    try:
        return json.loads(text, object_pairs_hook=no_repeats, parse_constant=refuse)
    except json.JSONDecodeError as error:
        raise InputError(
            f"malformed JSON: {error.msg}", file=path,
            field=f"line {error.lineno}, column {error.colno}",
            value=text[error.pos : error.pos + 30] or "end of file", expected="a JSON document",
            next_step="correct the text there (a JSON checker shows the place)",
        ) from None  # fmt: skip
    except ValueError as error:  # a whole number of thousands of digits
        raise InputError(
            "malformed JSON", file=path, value=str(error), expected="a JSON document"
        ) from None


def repeated_key(path: Path, key: object) -> InputError:
    """Error for a key that stands twice."""
    return InputError(
        "a key stands twice in one object", file=path, field=str(key),
        expected="each key once: which of the two is meant cannot be known",
        next_step="remove one of them",
    )  # fmt: skip


# -- both --------------------------------------------------------------------------------------


def _check_values(value: Any, path: Path) -> None:
    """Refuse what JSON has no word for, and depth."""
    stack: list[tuple[str, Any, int]] = [("", value, 0)]
    while stack:
        place, item, depth = stack.pop()
        if depth > MAX_DEPTH:
            raise _too_deep(path)
        if isinstance(item, dict):
            stack += [(pointer(place, key), child, depth + 1) for key, child in item.items()]
        elif isinstance(item, list):
            stack += [(pointer(place, n), child, depth + 1) for n, child in enumerate(item)]
        elif isinstance(item, float) and not math.isfinite(item):
            raise InputError(
                "a number is not finite", file=path, field=place, value=item,
                expected="a finite number",
                next_step="leave the field out if the value is not known",
            )  # fmt: skip
        elif isinstance(item, str) and not item.isascii():
            try:
                item.encode()
            except UnicodeEncodeError:
                raise InputError(
                    "a text holds half of a surrogate pair", file=path, field=place,
                    value=item.encode(errors="backslashreplace").decode(), expected="Unicode text",
                ) from None  # fmt: skip
        elif item is not None and not isinstance(item, str | int | float | bool):
            raise InputError(
                "a value is of a kind JSON has not", file=path, field=place,
                value=type(item).__name__, expected="text, number, true, false, null, "
                "an object or a list", next_step="write it as text",
            )  # fmt: skip
