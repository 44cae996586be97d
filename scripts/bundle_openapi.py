#!/usr/bin/env python3
"""Makes one OpenAPI document of its parts.

usage: bundle_openapi.py FOLDER REPORT_SCHEMA > openapi.json

Below FOLDER are document.yaml (the head) and one file a resource, with `paths` and `components`. REPORT_SCHEMA is the JSON
Schema of a report; it becomes the component Report. The list `errors` of an operation stands for the responses of those
statuses.
"""

import argparse
import json
import pathlib
import sys

import yaml

METHODS = ("get", "put", "post", "delete", "patch")
SCHEMA_HEAD = ("$schema", "$id", "$defs")


class Faulty(Exception):
    """The parts do not make a document; the text says where."""


def operations(document):
    """(path, method, operation) of all of them."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def merge(document, part, name):
    """Adds the paths and components of a part."""
    groups = [(document.setdefault("paths", {}), part.get("paths", {}))]
    for kind, added in part.get("components", {}).items():
        groups.append((document["components"].setdefault(kind, {}), added))
    for target, added in groups:
        twice = target.keys() & added.keys()
        if twice:
            raise Faulty(f"{name}: {min(twice)} is there already")
        target.update(added)


def expand_errors(document):
    """`errors: [404]` becomes responses; who may be turned away at the door gets those statuses too."""
    for _, _, operation in operations(document):
        statuses = set(operation.pop("errors", []))
        if operation.get("security", document["security"]):
            statuses |= {401, 403, 429}
        for status in sorted(statuses):
            operation["responses"][str(status)] = {"$ref": f"#/components/responses/{status}"}
        operation["responses"]["default"] = {"$ref": "#/components/responses/default"}


def add_report_schema(document, schema):
    """The schema as components: Report, and one for each of its definitions."""
    def renamed(value):
        if isinstance(value, list):
            return [renamed(item) for item in value]
        if not isinstance(value, dict):
            return value
        return {key: component(item) if key == "$ref" else renamed(item) for key, item in value.items()}

    def component(reference):
        return reference.replace("#/$defs/", "#/components/schemas/Report_")

    schemas = document["components"]["schemas"]
    schemas["Report"] = renamed({key: value for key, value in schema.items() if key not in SCHEMA_HEAD})
    for name, definition in schema.get("$defs", {}).items():
        schemas[f"Report_{name}"] = renamed(definition)


def references(value):
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "$ref" and isinstance(item, str):
                yield item
            else:
                yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def check_references(document):
    for reference in references(document):
        place = document
        for step in reference.removeprefix("#/").split("/"):
            step = step.replace("~1", "/").replace("~0", "~")
            if not isinstance(place, dict) or step not in place:
                raise Faulty(f"{reference}: there is no such thing")
            place = place[step]


def check_names(document):
    names = [operation["operationId"] for _, _, operation in operations(document)]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise Faulty(f"operationId {min(twice)} is there twice")


def bundle(folder, report_schema):
    """The document as a dictionary."""
    document = yaml.safe_load(next(folder.rglob("document.yaml")).read_text("utf-8"))
    for path in sorted(folder.rglob("*.yaml"), key=lambda path: path.name):
        if path.name != "document.yaml":
            merge(document, yaml.safe_load(path.read_text("utf-8")), path.name)
    add_report_schema(document, json.loads(report_schema.read_text("utf-8")))
    expand_errors(document)
    check_references(document)
    check_names(document)
    return document


def to_text(document):
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"


def main():
    parser = argparse.ArgumentParser(description="Makes one OpenAPI document of its parts.")
    for name in ("folder", "report_schema"):
        parser.add_argument(name, type=pathlib.Path)
    arguments = parser.parse_args()
    try:
        sys.stdout.write(to_text(bundle(arguments.folder, arguments.report_schema)))
    except Faulty as fault:
        sys.exit(f"{arguments.folder}: {fault}")


if __name__ == "__main__":
    main()
