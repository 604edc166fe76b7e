"""The description of the API as a page for people: OpenAPI in, HTML out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from app.rendering.documents import document_html
from app.rendering.escaping import escape

_EXAMPLE_ADDRESS = "http://127.0.0.1:7860"
_MCP = (
    '<section id="mcp"><h2>MCP for assistants</h2><p>The same library as tools (<code>ask</code>, <code>search</code>, '
    "<code>article</code>) for assistants that speak the Model Context Protocol over streamable HTTP, at</p>"
    "<pre>{address}/mcp</pre><p>Where one has to log in, the assistant sends a token: "
    "<code>Authorization: Bearer TOKEN</code>.</p></section>"
)

Described = Mapping[str, Any]


def api_html(described: Described) -> str:
    """The whole page."""
    info = described["info"]
    prefix = described["servers"][0]["url"]
    parts = "".join(
        f'<section id="{operation["operationId"]}">{_operation(described, prefix, method, path, operation)}</section>'
        for method, path, operation in _operations(described)
    )
    shapes = "".join(
        f'<h3 id="shape-{escape(name)}">{escape(name)}</h3>{_paragraphs(schema.get("description", ""))}'
        f"{_fields(schema)}"
        for name, schema in sorted(described["components"]["schemas"].items())
    )
    listed = "".join(
        f'<li><a href="#{operation["operationId"]}"><span class="hb-method">{method.upper()}</span> '
        f"{escape(prefix + path)}</a> {escape(operation['summary'])}</li>"
        for method, path, operation in _operations(described)
    )
    body = (
        f'<main class="hb-api"><h1>{escape(info["title"])} API</h1>'
        f'<p>Version {escape(info["version"])}, described in <a href="{escape(prefix)}/openapi.json">OpenAPI '
        f'{escape(described["openapi"])}</a>. <a href="/">To the page</a></p>{_paragraphs(info["description"])}'
        f'<ul>{listed}<li><a href="#mcp">MCP</a> for assistants</li></ul>{parts}'
        f"{_MCP.format(address=_EXAMPLE_ADDRESS)}<section><h2>Shapes</h2>{shapes}</section></main>"
    )
    return document_html(f"{info['title']} API", body, language="en")


def _operations(described: Described) -> Iterator[tuple[str, str, Described]]:
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            yield method, path, operation


def _operation(described: Described, prefix: str, method: str, path: str, operation: Described) -> str:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    asked = ""
    if body:
        schema = _resolved(described, body["schema"])
        asked = f"<h3>Request</h3>{_fields(schema)}"
    elif operation.get("parameters"):
        asked = f"<h3>Parameters</h3>{_table(_parameter_rows(operation['parameters']))}"
    answer = operation["responses"]["200"]["content"]["application/json"]
    shown = f"<pre>{_json(answer['example'])}</pre>" if "example" in answer else ""
    statuses = _table(
        (f"<code>{escape(status)}</code>", _kind(each["content"]["application/json"]["schema"]), escape(told))
        for status, each in operation["responses"].items()
        if (told := str(each["description"]))
    )
    return (
        f'<h2><span class="hb-method">{method.upper()}</span> {escape(prefix + path)}</h2>'
        f"{_paragraphs(operation['description'])}{_curl(prefix, method, path, operation, body)}{asked}"
        f"<h3>Answer</h3><p>{_kind(answer['schema'])}</p>{shown}"
        f"<details><summary>Statuses</summary>{statuses}</details>"
    )


def _curl(prefix: str, method: str, path: str, operation: Described, body: Described) -> str:
    address = f"{_EXAMPLE_ADDRESS}{prefix}{path}"
    if method == "post":
        given = json.dumps(body.get("example", {}), ensure_ascii=False)
        return f"<pre>{escape(f'curl {address} --json {_quoted(given)}')}</pre>"
    query = []
    for parameter in operation.get("parameters", []):
        if "example" not in parameter:
            continue
        if parameter["in"] == "path":
            address = address.replace(f"{{{parameter['name']}}}", str(parameter["example"]))
        else:
            given = f"{parameter['name']}={parameter['example']}"
            query.append(f"--data-urlencode {_quoted(given)}")
    return f"<pre>{escape(' '.join(['curl', *(['--get'] if query else []), address, *query]))}</pre>"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _parameter_rows(parameters: list[Described]) -> Iterator[tuple[str, str, str]]:
    for parameter in parameters:
        schema = parameter["schema"]
        yield _row(parameter["name"], schema, parameter["required"], parameter.get("description", ""))


def _fields(schema: Described) -> str:
    required = schema.get("required", ())
    return _table(
        _row(name, field, name in required, field.get("description", ""))
        for name, field in schema.get("properties", {}).items()
    )


def _row(name: str, schema: Described, required: bool, description: str) -> tuple[str, str, str]:
    bounds = [
        f"{said} {schema[bound]:,}"
        for bound, said in (("minimum", "from"), ("maximum", "to"), ("maxLength", "characters at most:"),
                            ("maxItems", "items at most:"))
        if bound in schema
    ]  # fmt: skip
    default = schema.get("default")
    if default not in (None, "", [], {}):
        bounds.append(f"default {json.dumps(default)}")
    told = [description, "; ".join(bounds) and f"({'; '.join(bounds)})"]
    return (
        f"<code>{escape(name)}</code>{'' if required else ' <small>optional</small>'}",
        _kind(schema),
        _inline(" ".join(part for part in told if part)),
    )


def _kind(schema: Described) -> str:
    """What kind of value it is, with a link to its shape."""
    kind = str(schema.get("type", "any"))
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        kind = f'<a href="#shape-{name}">{name}</a>'
    elif "anyOf" in schema:
        kind = " or ".join(dict.fromkeys(_kind(one) for one in schema["anyOf"]))
    elif "enum" in schema:
        kind = " or ".join(f"<code>{escape(json.dumps(value))}</code>" for value in schema["enum"])
    elif kind == "array":
        kind = f"list of {_kind(schema['items'])}"
    elif schema.get("format") == "date":
        kind = "day"
    return kind


def _resolved(described: Described, schema: Described) -> Described:
    if "$ref" not in schema:
        return schema
    found: Described = described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found


def _table(rows: Iterator[tuple[str, str, str]]) -> str:
    cells = "".join(f"<tr><td>{name}</td><td>{kind}</td><td>{told}</td></tr>" for name, kind, told in rows)
    return f'<div class="hb-scroll"><table><tbody>{cells}</tbody></table></div>' if cells else ""


def _paragraphs(text: str) -> str:
    """Paragraphs of plain text; what stands between backticks is code."""
    return "".join(f"<p>{_inline(paragraph)}</p>" for paragraph in text.split("\n\n") if paragraph.strip())


def _inline(text: str) -> str:
    # Escaping turns a backtick into an entity of its own.
    parts = escape(" ".join(text.split())).split(escape("`"))
    return "".join(f"<code>{part}</code>" if at % 2 else part for at, part in enumerate(parts))


def _json(value: object) -> str:
    return escape(json.dumps(value, ensure_ascii=False, indent=2))
