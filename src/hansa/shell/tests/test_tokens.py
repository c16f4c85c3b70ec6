# SPDX-License-Identifier: Apache-2.0
"""Every pair of colors that is used has enough contrast, in both themes (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re

import pytest

from hansa.shell.assets import STATIC

CSS = (STATIC / "tokens.css").read_text(encoding="utf-8")
TEXT = 4.5
SHAPE = 3.0
GROUNDS = ("page", "panel")
PAIRS = [
    *((name, ground, TEXT) for ground in GROUNDS for name in ("text", "muted", "link", "primary")),
    *((name, ground, TEXT) for ground in GROUNDS for name in ("late", "soon", "done", "exercise")),
    *(("on-fill", fill, TEXT) for fill in ("primary", "primary-hover", "exercise", "exercise-stripe")),
    ("on-band", "band", TEXT),
    *((name, ground, SHAPE) for ground in GROUNDS for name in ("border", "focus")),
    ("band-focus", "band", SHAPE),
    *((name, "land", SHAPE) for name in ("late", "soon", "done", "primary")),
]


def tokens(block: str) -> dict[str, str]:
    """Return the tokens that one rule of the style sheet sets."""
    start = CSS.index(block)
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", CSS[start : CSS.index("}", start)]))


def luminance(color: str) -> float:
    """Return relative luminance as WCAG 2.2 defines it."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colors."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


THEMES = {"light": ":root {", "dark": ':root[data-theme="dark"] {'}


@pytest.mark.parametrize("theme", THEMES)
def test_every_pair_that_is_used_has_enough_contrast(theme):
    color = tokens(THEMES[theme])
    low = [
        f"{name} on {ground}: {ratio:.2f} < {least}"
        for name, ground, least in PAIRS
        if (ratio := contrast(color[name], color[ground])) < least
    ]
    assert low == []


def test_the_chosen_and_the_preferred_dark_theme_are_the_same():
    assert tokens(':root:not([data-theme="light"]) {') == tokens(THEMES["dark"])


def test_black_on_white_is_twenty_one_to_one():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("name", ["shell.css", "forms.css", "components.css", "pages.css"])
def test_colors_stand_only_in_the_token_layer(name):
    css = re.sub(r"/\*.*?\*/", "", (STATIC / name).read_text(encoding="utf-8"), flags=re.DOTALL)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)", css) == []
