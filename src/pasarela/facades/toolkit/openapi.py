"""A dialect's OpenAPI 3.1 document, made from its routes and wire models, so that it says what the code does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from pasarela.facades.toolkit.routing import Route
from pasarela.facades.toolkit.wire import WireModel

_PARAM = re.compile(r"\{(\w+)\}")
_REF = "#/components/schemas/{name}"
_ID = {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,45}$"}


@dataclass(frozen=True, slots=True)
class Reference:
    """What a dialect's document says beside its routes. `error` is the error object's type, `security` the OpenAPI
    security scheme that every call needs unless its route is open; `changes` are made to bodies, by their models'
    names."""

    title: str
    description: str
    server_url: str
    error: type
    security: Mapping[str, Any]
    changes: Mapping[str, BodyChange] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BodyChange:
    """How a provider's body differs from the wire model that reads it: keys that must come, and keys that it does not
    have."""

    required: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    def made(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The JSON Schema of the changed body."""
        properties = {name: value for name, value in schema["properties"].items() if name not in self.without}
        return {**schema, "properties": properties, "required": [*self.required, *schema["required"]]}


def document(reference: Reference, routes: Iterable[Route[Any]]) -> dict[str, Any]:
    """The whole document."""
    calls = list(routes)
    answers = [route.answer for route in calls if route.answer is not None]
    shown, answer_schemas = msgspec.json.schema_components([*answers, reference.error], ref_template=_REF)
    by_route = dict(zip([id(route) for route in calls if route.answer is not None], shown, strict=False))
    paths: dict[str, dict[str, Any]] = {}
    for route in calls:
        operation = _operation(route, by_route.get(id(route)), shown[-1])
        paths.setdefault(route.address, {})[route.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": reference.title, "version": "1", "description": reference.description},
        "servers": [{"url": reference.server_url}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"key": dict(reference.security)},
            "schemas": {**_body_schemas(calls, reference.changes), **answer_schemas},
        },
    }


def _operation(route: Route[Any], answer: Any, error: Any) -> dict[str, Any]:
    success: dict[str, Any] = {"description": "Done"}
    if answer is not None:
        success["content"] = _json(answer)
    operation: dict[str, Any] = {
        "summary": route.summary,
        "description": f"Document: {route.section}." if route.section else "Not in the provider's document.",
        "operationId": f"{route.method.lower()}_{re.sub(r'[^a-z_]+', '_', route.address.lower()).strip('_')}",
        "parameters": [*_path_parameters(route), *_query_parameters(route.filters)],
        "responses": {
            str(route.status): success,
            "default": {"description": "Refused", "content": _json(error)},
        },
    }
    if route.open:
        operation["security"] = []
    elif route.method == "POST":
        operation["parameters"].append(_IDEMPOTENCY)
    if route.body is not None:
        operation["requestBody"] = {
            "required": any(field.is_required for field in route.body.fields),
            "content": _json({"$ref": _REF.format(name=route.body.__name__)}),
        }
    return operation


_IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same key again, with the same request, is answered as the first time.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
}


def _json(schema: Any) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _path_parameters(route: Route[Any]) -> list[dict[str, Any]]:
    names = _PARAM.findall(route.address)
    return [{"name": name, "in": "path", "required": True, "schema": _ID} for name in names]


def _query_parameters(filters: type[WireModel] | None) -> list[dict[str, Any]]:
    if filters is None:
        return []
    schema = filters.schema()
    needed = {name: {"required": True} for name in schema["required"]}
    return [
        {"name": name, "in": "query", **needed.get(name, {}), "schema": each}
        for name, each in schema["properties"].items()
    ]


def _body_schemas(routes: Iterable[Route[Any]], changes: Mapping[str, BodyChange]) -> dict[str, Any]:
    models = {model for route in routes if route.body is not None for model in route.body.models()}
    schemas = {model.__name__: model.schema() for model in sorted(models, key=lambda model: model.__name__)}
    return {name: changes[name].made(schema) if name in changes else schema for name, schema in schemas.items()}
