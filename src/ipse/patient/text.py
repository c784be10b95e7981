"""JSON and YAML text -> plain Python values, strictly.

Values stay as written: YAML is read by the JSON-like core rules (YAML 1.2, chapter 10.2-10.3), so
``NO`` and ``2020-01-01`` are text, not a Boolean and a date.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from ipse.core.errors import InputError

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
        value = _load_yaml(text, path) if is_yaml else _load_json(text, path)
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
            raise _repeated(path, again)
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


def _repeated(path: Path, key: object) -> InputError:
    return InputError(
        "a key stands twice in one object", file=path, field=str(key),
        expected="each key once: which of the two is meant cannot be known",
        next_step="remove one of them",
    )  # fmt: skip


# -- YAML --------------------------------------------------------------------------------------


class _CoreLoader(yaml.SafeLoader):
    """SafeLoader with the core schema's scalars and without repeated keys or aliases."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 (PyYAML's own way to say it)

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.constructor.ConstructorError(
                None, None, "an alias (*name) is not read: write the value out", mark
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for place, key in enumerate(keys):
            if not isinstance(key, str):
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} is not text", node.start_mark
                )
            if key in keys[:place]:
                raise _RepeatedKeyError(key)
        return super().construct_mapping(node, deep=deep)


class _RepeatedKeyError(Exception):
    pass


for _tag, _pattern, _first in (
    ("null", r"(?:~|null|Null|NULL|)", ["~", "n", "N", ""]),
    ("bool", r"(?:true|True|TRUE|false|False|FALSE)", list("tTfF")),
    ("int", r"[-+]?[0-9]+", list("-+0123456789")),
    ("float", r"(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
     r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))", list("-+0123456789.")),
):  # fmt: skip
    _CoreLoader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(rf"^{_pattern}$"), _first
    )


def _construct_int(loader: yaml.SafeLoader, node: Any) -> int:
    return int(loader.construct_scalar(node), 10)  # 010 is ten in the core schema


def _construct_float(loader: yaml.SafeLoader, node: Any) -> float:
    text = str(loader.construct_scalar(node)).lower()
    return float(text.replace(".inf", "inf").replace(".nan", "nan"))


_CoreLoader.add_constructor("tag:yaml.org,2002:int", _construct_int)
_CoreLoader.add_constructor("tag:yaml.org,2002:float", _construct_float)


def _load_yaml(text: str, path: Path) -> Any:
    try:
        return yaml.load(text, Loader=_CoreLoader)
    except _RepeatedKeyError as error:
        raise _repeated(path, error) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise InputError(
            f"malformed YAML: {error.problem or error.context}", file=path,
            field=None if mark is None else f"line {mark.line + 1}, column {mark.column + 1}",
            expected="a YAML document with one object", next_step="correct the text there",
        ) from None  # fmt: skip
    except (yaml.YAMLError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputError(
            "malformed YAML", file=path, value=str(error), expected="a YAML document"
        ) from None


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
