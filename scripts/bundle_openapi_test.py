import json
import tempfile
import unittest
from pathlib import Path

import bundle_openapi
from bundle_openapi import Faulty, bundle

HEAD = """
openapi: 3.1.0
security: [{session: []}]
components:
  responses: {'401': {}, '403': {}, '404': {}, '429': {}, default: {}}
  schemas: {Id: {type: string}}
"""
PART = """
paths:
  /things/{id}:
    get: {operationId: showThing, responses: {'200': {}}, errors: [404]}
components:
  schemas: {Thing: {$ref: '#/components/schemas/Id'}}
"""
REPORT = {"$schema": "x", "$id": "y", "properties": {"disk": {"$ref": "#/$defs/Disk"}},
          "$defs": {"Disk": {"items": [{"$ref": "#/$defs/Disk"}]}}}


class Bundle(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.schema = self.folder / "report.schema.json"
        self.schema.write_text(json.dumps(REPORT))
        self.write("document.yaml", HEAD)

    def write(self, name, text):
        (self.folder / name).write_text(text)

    def bundled(self, *parts):
        for number, part in enumerate(parts):
            self.write(f"part{number}.yaml", part)
        return bundle(self.folder, self.schema)

    def responses(self, part):
        return self.bundled(part)["paths"]["/things/{id}"]["get"]["responses"]

    def test_parts_become_one_document(self):
        document = self.bundled(PART, PART.replace("things", "others").replace("Thing", "Other"))
        self.assertEqual(list(document["paths"]), ["/things/{id}", "/others/{id}"])
        self.assertLessEqual({"Id", "Thing", "Other"}, set(document["components"]["schemas"]))

    def test_errors_become_responses(self):
        responses = self.responses(PART)
        self.assertEqual(set(responses), {"200", "401", "403", "404", "429", "default"})
        self.assertEqual(responses["404"], {"$ref": "#/components/responses/404"})

    def test_who_is_open_to_all_turns_nobody_away(self):
        self.assertEqual(set(self.responses(PART.replace("errors: [404]", "security: []"))), {"200", "default"})

    def test_a_report_and_its_definitions_become_components(self):
        schemas = self.bundled(PART)["components"]["schemas"]
        self.assertEqual(schemas["Report"], {"properties": {"disk": {"$ref": "#/components/schemas/Report_Disk"}}})
        self.assertEqual(schemas["Report_Disk"], {"items": [{"$ref": "#/components/schemas/Report_Disk"}]})

    def test_what_is_there_twice_is_a_fault(self):
        with self.assertRaisesRegex(Faulty, "part1.yaml: /things/{id} is there already"):
            self.bundled(PART, PART)
        with self.assertRaisesRegex(Faulty, "operationId showThing"):
            self.bundled(PART, PART.replace("things", "others").replace("Thing:", "Other:"))

    def test_a_reference_to_nothing_is_a_fault(self):
        with self.assertRaisesRegex(Faulty, "#/components/schemas/Ix: there is no such thing"):
            self.bundled(PART.replace("schemas/Id", "schemas/Ix"))

    def test_an_error_that_no_response_describes_is_a_fault(self):
        with self.assertRaisesRegex(Faulty, "responses/418"):
            self.bundled(PART.replace("404", "418"))

    def test_the_text_is_json_that_says_the_same(self):
        document = self.bundled(PART)
        self.assertEqual(json.loads(bundle_openapi.to_text(document)), document)


if __name__ == "__main__":
    unittest.main()
