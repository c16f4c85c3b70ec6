# SPDX-License-Identifier: Apache-2.0
"""What operators and developers read is complete."""

import re

from tests.architecture.test_layout import ROOT, sources

_READ = re.compile(r'(?:env\.(?:text|number|flag|words|required)\(|environ(?:\.get\(|\[))"([A-Z][A-Z_]+)"')


def test_every_setting_from_the_environment_is_in_the_operators_guide():
    guide = (ROOT / "docs" / "operator.md").read_text("utf-8")
    names = {name for path in sources() for name in _READ.findall(path.read_text("utf-8"))}
    assert len(names) > 10 and not {name for name in names if f"`{name}`" not in guide}


def test_every_command_that_the_readme_names_exists():
    said = (ROOT / "README.md").read_text("utf-8") + (ROOT / "docs" / "operator.md").read_text("utf-8")
    made = (ROOT / "Makefile").read_text("utf-8")
    from hansa.cli import main

    assert {*re.findall(r"\bmake ([a-z]+)\b", said)} - {"and"} <= {*re.findall(r"(?m)^([a-z]+):", made)}
    assert {*re.findall(r"`hansa ([a-z]+)", said)} <= {*main.commands}
