"""The published JSON schema of ``plan.json``."""

from __future__ import annotations

from typing import Any

from ipse.plan.model import Plan
from ipse.plan.registry import modalities

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def plan_schema() -> dict[str, Any]:
    """JSON schema of a plan; ``design`` is checked against its modality's own schema."""
    schema = Plan.model_json_schema(mode="serialization")
    definitions = schema["$defs"]
    branches = []
    for modality in modalities():
        design = modality.design_schema()
        for name, definition in design.pop("$defs", {}).items():
            definitions[f"{modality.name}.{name}"] = _renamed(definition, modality.name)
        definitions[f"{modality.name}.design"] = _renamed(design, modality.name)
        branches.append(
            {
                "if": {"properties": {"modality": {"const": modality.name}}},
                "then": {"properties": {"design": {"$ref": f"#/$defs/{modality.name}.design"}}},
            }
        )
    definitions["Proposal"]["allOf"] = branches
    return {"$schema": DIALECT, "$id": "urn:ipse:schema:plan:1", **schema}


def _renamed(node: Any, prefix: str) -> Any:
    """Point a modality's local references at their place in the plan's schema."""
    if isinstance(node, dict):
        return {
            key: value.replace("#/$defs/", f"#/$defs/{prefix}.")
            if key == "$ref"
            else _renamed(value, prefix)
            for key, value in node.items()
        }
    return [_renamed(item, prefix) for item in node] if isinstance(node, list) else node
