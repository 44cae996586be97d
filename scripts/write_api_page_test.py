import unittest

import write_api_page
from write_api_page import Page


def answer(schema, **said):
    return {"description": "It is here", "content": {"application/json": {"schema": schema}}} | said


def reference(kind, name):
    return {"$ref": f"#/components/{kind}/{name}"}


class ApiPage(unittest.TestCase):
    def page(self, methods, schemas=None):
        """The page of one path, whose operations are given by method."""
        operations = {method: {"tags": ["things"], "summary": "Does it", "responses": {}} | said for method, said in methods.items()}
        components = {"responses": {"404": {"description": "Not there"}, "default": {"description": "Anything"}},
                      "schemas": {"Id": {"type": "string", "description": "A ULID"}} | (schemas or {})}
        return Page({"info": {"description": "Of things."}, "security": [{"session": []}], "paths": {"/things/{id}": operations},
                     "tags": [{"name": "things", "x-displayName": "Things", "description": "All of them."}],
                     "components": components}).text()

    def test_each_operation_has_a_part_in_the_chapter_of_its_first_tag(self):
        self.assertIn("## Things\n\nAll of them.\n\n### `DELETE /things/{id}`\n\nDoes it.\n", self.page({"delete": {}}))

    def test_methods_that_do_the_same_share_one(self):
        page = self.page({"get": {}, "post": {}})
        self.assertIn("### `GET, POST /things/{id}`", page)
        self.assertEqual(page.count("Does it."), 1)

    def test_it_says_who_may(self):
        for security, words in (([], "Needs no sign-in."), ([{"key": []}], "For keys only."),
                                ([{"session": []}, {"key": []}], "Keys may, too.")):
            self.assertIn(f"Does it. {words}\n", self.page({"get": {"security": security}}))
        self.assertIn("Does it.\n", self.page({"get": {}}))

    def test_members_of_a_body_are_told_with_what_they_are(self):
        body = {"type": "object", "required": ["name"], "properties": {
            "name": {"type": "string", "description": "As people call it"}, "size": {"type": ["integer", "null"]},
            "kind": {"enum": ["a", "b", None]}, "of": reference("schemas", "Id")}}
        page = self.page({"post": {"requestBody": answer(body, description="Small")}})
        self.assertIn("- Body. Small\n  - `name`: text. As people call it\n  - `size?`: whole number or null\n"
                      "  - `kind?`: `a`, `b` or null\n  - `of?`: id\n", page)

    def test_a_shape_has_a_part_of_its_own_and_is_linked(self):
        thing = {"type": "object", "properties": {"at": {"type": "array", "items": {"type": "object", "properties": {"x": {}}}}}}
        page = self.page({"get": {"responses": {"200": answer(reference("schemas", "Thing"))}}}, {"Thing": thing})
        self.assertIn("- 200 [Thing](#thing): It is here\n", page)
        self.assertIn("### Thing\n\n- `at?`: list of `{x?}`\n  - `x?`: object\n", page)

    def test_what_the_door_answers_is_not_said_again(self):
        responses = {status: reference("responses", status) for status in ("401", "403", "404", "429", "default")}
        self.assertIn("- Errors: 404\n", self.page({"get": {"responses": responses}}))
        self.assertIn("- Errors: 401, 403, 404, 429\n", self.page({"get": {"responses": responses, "security": []}}))
        self.assertIn("| 404 | Not there |\n", self.page({}))

    def test_parameters_of_a_query_are_told_and_ids_of_the_path_are_not(self):
        parameters = [{"name": "id", "in": "path", "schema": reference("schemas", "Id")},
                      {"name": "limit", "in": "query", "description": "At most", "schema": {"type": "integer", "default": 50}}]
        self.assertIn("Does it.\n\n- `?limit`: whole number, `50` where it is left out. At most\n",
                      self.page({"get": {"parameters": parameters}}))

    def test_links_into_the_manual_lead_to_its_sources(self):
        self.assertEqual(write_api_page.with_links("[a](/manual/reference/hub) [b](/manual/guide/status#x-y)"),
                         "[a](hub.md) [b](../guide/status.md#x-y)")

    def test_lines_are_short(self):
        page = self.page({"get": {"description": "word " * 100}})
        self.assertLessEqual(max(map(len, page.splitlines())), write_api_page.WIDTH)


if __name__ == "__main__":
    unittest.main()
