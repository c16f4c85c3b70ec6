# SPDX-License-Identifier: Apache-2.0
"""Front-end files: what few of them we need go from `node_modules` to a folder that git ignores.

USWDS has no layers, names fonts that we do not use, and ends in utility classes that no page uses. What is before them
becomes a cascade layer, so that our own rules, on one layer of tokens, win without fighting. Its script is left out:
no page uses a component that needs it.
"""

import json
import re
import shutil
from html import escape
from pathlib import Path

from hansa.shell import atlas

STATIC = Path(__file__).parent / "static" / "shell"
VENDOR = STATIC / "vendor"
ROOT = Path(__file__).resolve().parents[3]

_UTILITIES = ".add-aspect-9x16{"
_FONT_FACE = re.compile(r"@font-face\{[^}]*\}")
_URL = re.compile(r"url\(\.\./(img/[^)]+)\)")
_HERO = "img/hero.jpg"
_COPIES = (
    ("@uswds/uswds/dist/img/sprite.svg", "sprite.svg"),
    ("@uswds/uswds/dist/fonts/public-sans/PublicSans-Regular.woff2", "public-sans-400.woff2"),
    ("@uswds/uswds/dist/fonts/public-sans/PublicSans-Bold.woff2", "public-sans-700.woff2"),
    ("htmx.org/dist/htmx.min.js", "htmx.js"),
)
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)


class MissingPackages(Exception):
    """Raised when `node_modules` lacks a file; the message says which command brings it."""


def collect(modules: Path = ROOT / "node_modules", target: Path = VENDOR) -> list[Path]:
    """Fill `target` afresh with the front-end files that pages use, and return them."""
    if not (modules / "@uswds/uswds/dist/css/uswds.min.css").is_file():
        raise MissingPackages(f"The front-end packages are not in {modules}. Run `npm ci` there first.")
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for source, name in _COPIES:
        _copy(modules / source, target / name)
    _style_sheet(modules / "@uswds/uswds/dist", target)
    _maps(modules / "us-atlas/states-albers-10m.json", target)
    return sorted(path for path in target.rglob("*") if path.is_file())


def _copy(source: Path, target: Path) -> None:
    if source.suffix == ".js":
        # No source maps are served, so that nothing asks for them.
        target.write_text(_SOURCE_MAP.sub("", source.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def _style_sheet(dist: Path, target: Path) -> None:
    css = (dist / "css/uswds.min.css").read_text(encoding="utf-8").removeprefix('@charset "UTF-8";')
    css = _FONT_FACE.sub("", css).replace(f"url(../{_HERO})", "none")
    css = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", css)
    components, marker, _rest = css.partition(_UTILITIES)
    if not marker:
        raise MissingPackages(f"USWDS changed: its style sheet has no {_UTILITIES!r}, where the utilities began.")
    for picture in sorted(set(_URL.findall(components))):
        _copy(dist / picture, target / picture)
    rules = _URL.sub(r"url(\1)", components)
    (target / "uswds.css").write_text(f'@charset "UTF-8";@layer uswds{{{rules}}}', encoding="utf-8")


def _maps(source: Path, target: Path) -> None:
    """Write one SVG whose symbols the pages refer to, and the states' names."""
    topology = json.loads(source.read_text(encoding="utf-8"))
    rings, names = atlas.state_rings(topology), atlas.state_names(topology)
    shapes = "".join(
        f'<path id="s{code}" d="{atlas.path(rings[code])}"><title>{escape(names[code])}</title></path>'
        for code in sorted(rings)
    )
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {atlas.WIDTH} {atlas.HEIGHT}">'
    (target / "states.svg").write_text(f'{head}<g id="states">{shapes}</g></svg>', encoding="utf-8")
    (target / "states.json").write_text(json.dumps(names, sort_keys=True), encoding="utf-8")
