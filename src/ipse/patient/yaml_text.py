"""YAML text -> plain Python values, as they are written.

Scalars follow the JSON-like core schema (YAML 1.2, chapters 10.2 and 10.3), so ``NO`` and
``2020-01-01`` are text, not a Boolean and a date.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from ipse.core.errors import InputError
from ipse.patient.text import repeated_key


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


def load_yaml(text: str, path: Path) -> Any:
    """Read YAML text.

    Raises
    ------
    InputError
        If it is malformed, repeats a key, has a key that is no text, an alias or a tag of Python.
    """
    try:
        return yaml.load(text, Loader=_CoreLoader)
    except _RepeatedKeyError as error:
        raise repeated_key(path, error) from None
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
