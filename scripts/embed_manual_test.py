import unittest

from embed_manual import Faulty, anchor, entries, manual, source

SUMMARY = """# Holdfast

# Guide

- [The fleet](guide/fleet.md)

# Reference

- [hub.yaml](reference/hub.md)

# Internals

- [Modules](internals/modules.md)
"""
TEXTS = {
    "guide/fleet": '<h1>The fleet</h1>\n<h2>A <code>host</code> &amp; more</h2>\n<p><a href="../reference/hub.md#keys">keys</a></p>',
    "reference/hub": '<h1>hub.yaml</h1>\n<h2>Keys</h2>\n<table><thead><tr><th align="right">a</th></tr></thead></table>',
}


def made(**changed):
    texts = {**TEXTS, **{name.replace("_", "/"): text for name, text in changed.items()}}
    return {path: text for _, _, path, text in manual(SUMMARY, texts.__getitem__)}


class Manual(unittest.TestCase):
    def test_it_has_the_chapters_for_users(self):
        self.assertEqual(list(entries(SUMMARY)),
                         [("Guide", "The fleet", "guide/fleet"), ("Reference", "hub.yaml", "reference/hub")])

    def test_headings_are_named_as_elsewhere(self):
        self.assertEqual(anchor("What a hub can make the agent do"), "what-a-hub-can-make-the-agent-do")
        self.assertEqual(anchor("A <code>host</code> &amp; more"), "a-host--more")

    def test_the_title_goes_and_headings_have_anchors(self):
        self.assertIn('<h2 id="a-host--more">', made()["guide/fleet"])
        self.assertNotIn("<h1", made()["guide/fleet"])

    def test_links_lead_to_the_hub(self):
        self.assertIn('<a href="/manual/reference/hub#keys">', made()["guide/fleet"])
        with_own = made(guide_fleet='<h2>Grid</h2><a href="#grid">x</a><a href="https://restic.net/">y</a>')["guide/fleet"]
        self.assertIn('<a href="/manual/guide/fleet#grid">', with_own)
        self.assertIn('<a href="https://restic.net/">', with_own)

    def test_a_link_that_leads_nowhere_is_an_error(self):
        for link in ("gone.md", "../reference/hub.md#gone", "../internals/modules.md", "#gone"):
            with self.assertRaises(Faulty, msg=link):
                made(guide_fleet=f'<a href="{link}">x</a>')

    def test_tables_scroll_and_have_heads(self):
        self.assertIn('<div class="tw"', made()["reference/hub"])
        twice = made(reference_hub="<h2>Keys</h2><table></table><table></table>")["reference/hub"]
        for label in ("Table 1", "Table 2"):
            self.assertEqual(twice.count(f'aria-label="{label}"'), 1)
        self.assertIn('<th scope="col" align="right">a</th>', made()["reference/hub"])

    def test_the_source_has_each_chapter(self):
        text = source(manual(SUMMARY, TEXTS.__getitem__))
        self.assertIn("ManualChapter, 2>", text)


if __name__ == "__main__":
    unittest.main()
