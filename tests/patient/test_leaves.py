"""Every leaf of a phenopacket is used, kept or not used, and never two of these."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from case_files import packet
from hypothesis import given
from hypothesis import strategies as st

from ipse.core.errors import InputError
from ipse.patient.read import read_case
from ipse.patient.schema import leaves
from ipse.patient.text import pointer

KEYS = st.sampled_from(
    ["id", "label", "age", "value", "quantity", "extra", "a/b", "a~b", "", "variation", "type",
     "onset", "iso8601duration", "excluded", "unit", "diseases", "subject", "text", "allele"]
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 2**65) | st.floats(allow_nan=False)
    | st.text(max_size=8) | st.sampled_from(["P1Y", "2020-01-01T00:00:00Z", "HP:0000001", "kg"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def inject(document: Any, value: Any, steps: list[int], key: str) -> None:
    """Put a value somewhere into a document, chosen by ``steps``."""
    for step in steps:
        children = [
            child
            for child in (document.values() if isinstance(document, dict) else document)
            if isinstance(child, dict | list)
        ]
        if not children:
            break
        document = children[step % len(children)]
    if isinstance(document, dict):
        document[key] = value
    else:
        document.append(value)


@given(value=JSON, steps=st.lists(st.integers(0, 9), max_size=7), key=KEYS)
def test_three_sets_partition_all_leaves(
    tmp_path_factory: Any, value: Any, steps: list[int], key: str
) -> None:
    document = copy.deepcopy(packet())
    inject(document, value, steps, key)
    path = Path(tmp_path_factory.mktemp("leaves")) / "p.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    try:
        case = read_case(path)
    except InputError as error:
        assert error.file is not None
        return
    classed = [*case.leaves.used, *case.leaves.kept, *case.leaves.unused]
    assert sorted(classed) == sorted(leaves(case.original))
    assert len(set(classed)) == len(classed)
    assert case.original == json.loads(path.read_text(encoding="utf-8"))


def slow_leaves(value: Any, place: str = "") -> list[str]:
    """The plain definition: a node without children is a leaf."""
    if isinstance(value, dict):
        children = [(pointer(place, key), item) for key, item in value.items()]
    elif isinstance(value, list):
        children = [(f"{place}/{number}", item) for number, item in enumerate(value)]
    else:
        children = []
    return [leaf for spot, item in children for leaf in slow_leaves(item, spot)] or [place]


@given(JSON)
def test_leaves_against_the_plain_definition(value: Any) -> None:
    assert list(leaves(value)) == slow_leaves(value)


@given(JSON)
def test_pointers_lead_back_to_their_leaf(value: Any) -> None:
    for place in leaves(value):
        found = value
        for part in place.split("/")[1:]:
            key = part.replace("~1", "/").replace("~0", "~")
            found = found[int(key)] if isinstance(found, list) else found[key]
        assert found in ({}, []) or not isinstance(found, dict | list)
