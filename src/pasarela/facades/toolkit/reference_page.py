"""A dialect's OpenAPI document as a page to read. One file, no scripts, nothing from other hosts."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; }
h2 { margin-top: 2.5rem; border-top: 1px solid #ddd; padding-top: 1rem; font-size: 1.1rem; }
code, .method { font-family: ui-monospace, monospace; }
.method { display: inline-block; min-width: 4.5rem; font-weight: bold; color: #0b5394; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
td, th { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #eee; }
.muted { color: #666; font-size: .9rem; }
"""


def page(document: Mapping[str, Any], document_url: str) -> bytes:
    """The page of an OpenAPI document that `toolkit.openapi` made."""
    info, schemas = document["info"], document["components"]["schemas"]
    calls = [
        _call(method, document["servers"][0]["url"] + address, operation, schemas)
        for address, operations in document["paths"].items()
        for method, operation in operations.items()
    ]
    html = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(info["title"])}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>'
        f"<h1>{escape(info['title'])}</h1><p>{escape(info['description'])}</p>"
        f'<p class="muted">As an OpenAPI document: <a href="{escape(document_url)}">{escape(document_url)}</a></p>'
        f"{''.join(calls)}<h2>Errors</h2>{_fields(schemas['ErrorAnswer'], schemas)}</body></html>"
    )
    return html.encode()


def _call(method: str, address: str, operation: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    parts = [
        f'<h2><span class="method">{escape(method.upper())}</span> <code>{escape(address)}</code></h2>',
        f'<p>{escape(operation["summary"])}. <span class="muted">{escape(operation["description"])}</span></p>',
    ]
    queries = {one["name"]: one["schema"] for one in operation["parameters"] if one["in"] == "query"}
    if queries:
        parts.append(f"<h3>Filters</h3>{_fields({'properties': queries}, schemas)}")
    if body := operation.get("requestBody"):
        schema = body["content"]["application/json"]["schema"]
        parts.append(f"<h3>Body</h3>{_fields(_resolved(schema, schemas), schemas)}")
    status, success = next(iter(operation["responses"].items()))
    parts.append(f"<h3>Answer {escape(status)}</h3>")
    if content := success.get("content"):
        schema = content["application/json"]["schema"]
        listed = _resolved(schema.get("items", schema), schemas)
        parts.append(("<p>A list of:</p>" if "items" in schema else "") + _fields(listed, schemas))
    return "".join(parts)


def _fields(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    required = schema.get("required", ())
    rows = (
        f"<tr><td><code>{escape(name)}</code></td><td>{'required' if name in required else ''}</td>"
        f"<td>{escape(_described(each, schemas))}</td></tr>"
        for name, each in schema.get("properties", {}).items()
    )
    return f"<table>{''.join(rows)}</table>"


def _resolved(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    resolved: Mapping[str, Any] = schemas[name] if name else schema
    return resolved


def _described(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    """A schema in a few words: `string, at most 250 characters`."""
    if "anyOf" in schema:
        useful = [one for one in schema["anyOf"] if one.get("type") != "null" and one.get("maxLength") != 0]
        return " or ".join(dict.fromkeys(_described(one, schemas) for one in useful))
    if "$ref" in schema:
        inner = ", ".join(_resolved(schema, schemas).get("properties", {}))
        return f"object: {inner}"
    kinds = schema.get("type", "any")
    words = [kinds if isinstance(kinds, str) else " or ".join(kinds)]
    if "enum" in schema:
        words.append("one of " + ", ".join(map(str, schema["enum"])))
    for key, phrase in (("maxLength", "at most {} characters"), ("minimum", "from {}"), ("maximum", "to {}")):
        if key in schema:
            words.append(phrase.format(schema[key]))
    if "exclusiveMinimum" in schema:
        words.append("above zero, at most two decimals")
    return ", ".join(words)
