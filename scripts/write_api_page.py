#!/usr/bin/env python3
"""Writes docs/reference/api.md from the descriptions of the API that lie beside its handlers, in src/web/**/*.yaml.

usage: write_api_page.py [--check]   with --check nothing is written, and a page that is out of date is an error
"""

import posixpath
import re
import sys
import textwrap
from pathlib import Path

import bundle_openapi

ROOT = Path(__file__).resolve().parent.parent
PARTS = ROOT / "src/web"
REPORT_SCHEMA = ROOT / "docs/reference/report.schema.json"
PAGE = ROOT / "docs/reference/api.md"

WIDTH = 130
TYPES = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false", "null": "null",
         "object": "object", "array": "list"}
# Schemas that the page calls by a word or another page describes.
WORDS = {"Id": "id", "Time": "time", "Report": "[report](reports.md)", "SentReport": "[report](reports.md)"}
WHO = {(): "Needs no sign-in.", ("session",): "", ("key", "session"): "Keys may, too.", ("key",): "For keys only.",
       ("agent",): "With an agent token."}
# What any request that is not open to all may be answered.
AT_THE_DOOR = {"401", "403", "429"}

HEAD = """# HTTP API

{description}

Requests need a session unless they say otherwise. Those that need a session or a key may be answered 401, 403 and 429, which is
not said again below.

{default}

| status | means |
|---|---|
{statuses}

{chapters}

## Shapes

What bodies and answers are made of. A member with a `?` may be missing.

{shapes}
"""


def wrapped(text, first="", rest=""):
    return "\n".join(textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=rest,
                                   break_long_words=False, break_on_hyphens=False))


def either(choices):
    *others, last = choices
    return f"{', '.join(others)} or {last}" if others else last


def item(text, depth=0):
    return wrapped(text, "  " * depth + "- ", "  " * depth + "  ")


def with_links(text):
    """Links into the manual at the hub become links between its sources."""
    def relative(found):
        chapter, fragment = found[1], found[2] or ""
        return f"]({posixpath.relpath(chapter, 'reference')}.md{fragment})"

    return re.sub(r"\]\(/manual/([\w/-]+)(#[\w-]+)?\)", relative, text)


class Page:
    def __init__(self, document):
        self.document = document
        self.components = document["components"]

    def resolved(self, value):
        """What a reference stands for, with what is said beside it."""
        if "$ref" not in value:
            return value
        _, _, kind, name = value["$ref"].split("/")
        return self.resolved(self.components[kind][name]) | {key: said for key, said in value.items() if key != "$ref"}

    # Schemas

    def kind(self, schema):
        """What a value is, in a few words."""
        if "$ref" in schema:
            return self.kind_of_reference(schema)
        if "const" in schema:
            return self.literal(schema["const"])
        if "enum" in schema:
            return either(self.literal(value) for value in schema["enum"])
        for alternatives in ("oneOf", "anyOf"):
            if alternatives in schema:
                return either(dict.fromkeys(self.kind(one) for one in schema[alternatives]))
        if isinstance(schema.get("type"), list):
            return either(TYPES[name] for name in schema["type"])
        if "items" in schema:
            return f"list of {self.kind(schema['items'])}"
        if schema.get("properties"):
            return f"`{{{', '.join(self.members(schema))}}}`"
        if isinstance(schema.get("additionalProperties"), dict):
            return f"object of {self.kind(schema['additionalProperties'])}"
        return TYPES[schema.get("type", "object")]

    def kind_of_reference(self, schema):
        name = self.name_of(schema)
        if not self.is_link(schema):
            return self.kind(self.components["schemas"][name])
        if name in WORDS:
            return WORDS[name]
        also = ", ".join(f"`{member}`" for member in schema.get("required", []))
        return f"[{name}](#{name.lower()})" + (f" with {also}" if also else "")

    @staticmethod
    def name_of(reference):
        return reference["$ref"].rsplit("/", 1)[1]

    @staticmethod
    def literal(value):
        return "null" if value is None else f"`{str(value).lower() if isinstance(value, bool) else value}`"

    @staticmethod
    def is_shape(schema):
        return bool(schema.get("properties"))

    @staticmethod
    def members(schema):
        return [name + ("" if name in schema.get("required", []) else "?") for name in schema["properties"]]

    def is_link(self, schema):
        """Whether the page describes it elsewhere."""
        return "$ref" in schema and (self.name_of(schema) in WORDS or self.is_shape(self.resolved(schema)))

    def said_of(self, schema):
        said = schema.get("description") or (not self.is_link(schema) and self.resolved(schema).get("description"))
        return f". {with_links(said)}" if said else ""

    def inner(self, schema):
        """The object without a name that a value is made of, or nothing."""
        if self.is_link(schema):
            return None
        schema = self.resolved(schema)
        if self.is_shape(schema):
            return schema
        parts = [schema.get("items"), schema.get("additionalProperties"), *schema.get("oneOf", []), *schema.get("anyOf", [])]
        return next(filter(None, (self.inner(part) for part in parts if isinstance(part, dict))), None)

    def member_lines(self, schema, depth=0):
        for name, member in zip(self.members(schema), schema["properties"].values()):
            yield item(f"`{name}`: {self.kind(member)}{self.said_of(member)}", depth)
            if inner := self.inner(member):
                yield from self.member_lines(inner, depth + 1)

    # Operations

    def parameters(self, operation, path_item):
        for parameter in map(self.resolved, path_item.get("parameters", []) + operation.get("parameters", [])):
            kind, said = self.kind(parameter["schema"]), with_links(parameter.get("description", ""))
            if parameter["in"] == "query":
                default = parameter["schema"].get("default")
                left_out = f", `{default}` where it is left out" if default else ""
                yield item(f"`?{parameter['name']}`: {kind}{left_out}" + (f". {said}" if said else ""))
            elif kind != WORDS["Id"]:  # an id of what the path says
                yield item(f"`{parameter['name']}`: {said}")

    def body(self, operation):
        if "requestBody" not in operation:
            return
        body = self.resolved(operation["requestBody"])
        schema = body["content"]["application/json"]["schema"]
        said = f". {with_links(body['description'])}" if "description" in body else ""
        yield from self.value("Body", schema, said)

    def value(self, what, schema, said):
        """A line, and one for each member where the schema stands here alone."""
        if self.is_link(schema):
            yield item(f"{what} {self.kind(schema)}{said}")
        else:
            yield item(f"{what}{said}")
            yield from self.member_lines(schema, 1) if self.is_shape(schema) else ()

    def answers(self, operation, security):
        errors = []
        for status, answer in operation["responses"].items():
            if status == "default":
                continue
            if not status.startswith("2"):
                errors.append(status)
                continue
            answer = self.resolved(answer)
            schemas = [content["schema"] for content in answer.get("content", {}).values()]
            yield from self.value(status, schemas[0] if schemas else {}, f": {with_links(answer['description'])}")
            yield from (item(f"header `{name}`: {header['description']}", 1)
                        for name, header in answer.get("headers", {}).items() if "description" in header)
        shown = [status for status in sorted(errors) if not security or status not in AT_THE_DOOR]
        if shown:
            yield item("Errors: " + ", ".join(shown))

    def operation(self, methods, path, operation):
        path_item = self.document["paths"][path]
        security = operation.get("security", self.document["security"])
        who = WHO[tuple(sorted(scheme for choice in security for scheme in choice))]
        sentences = [operation["summary"].rstrip(".") + ".", operation.get("description", ""), who]
        lines = [*self.parameters(operation, path_item), *self.body(operation), *self.answers(operation, security)]
        return "\n".join([f"### `{', '.join(method.upper() for method in methods)} {path}`", "",
                          wrapped(with_links(" ".join(filter(None, sentences)))), "", *lines])

    def operations_of(self, tag):
        """Those whose first tag it is; the same of several methods is one."""
        same = {}
        for path, method, operation in bundle_openapi.operations(self.document):
            if operation["tags"][0] == tag:
                methods, _ = same.setdefault((path, operation["summary"]), ([], operation))
                methods.append(method)
                same[path, operation["summary"]] = methods, operation
        return [self.operation(methods, path, operation) for (path, _), (methods, operation) in same.items()]

    # The page

    def chapters(self):
        for tag in self.document["tags"]:
            yield "\n\n".join([f"## {tag['x-displayName']}", with_links(tag["description"]).strip(), *self.operations_of(tag["name"])])

    def statuses(self):
        for status, answer in self.components["responses"].items():
            if status.isdigit():
                yield f"| {status} | {answer['description']} |"

    def shapes(self):
        for name, schema in self.components["schemas"].items():
            if self.is_shape(schema) and name not in WORDS and not name.startswith("Report_"):
                said = [wrapped(with_links(schema["description"]) + ".")] if "description" in schema else []
                yield "\n\n".join([f"### {name}", *said, "\n".join(self.member_lines(schema))])

    def text(self):
        default = wrapped(self.components["responses"]["default"]["description"] + ".")
        return HEAD.format(description=with_links(self.document["info"]["description"]).strip(), default=default,
                           statuses="\n".join(self.statuses()), chapters="\n\n".join(self.chapters()),
                           shapes="\n\n".join(self.shapes()))


def main():
    made = Page(bundle_openapi.bundle(PARTS, REPORT_SCHEMA)).text()
    if sys.argv[1:] != ["--check"]:
        PAGE.write_text(made, "utf-8")
    elif PAGE.read_text("utf-8") != made:
        sys.exit(f"{PAGE.relative_to(ROOT)} is out of date: run scripts/write_api_page.py")


if __name__ == "__main__":
    main()
