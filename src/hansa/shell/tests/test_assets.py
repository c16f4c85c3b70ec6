# SPDX-License-Identifier: Apache-2.0
"""Front-end files: few, whole, and nothing that points to what is not there."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from hansa.shell import assets


@pytest.fixture(scope="module")
def collected(tmp_path_factory) -> Path:
    """A fresh collection."""
    target = tmp_path_factory.mktemp("static") / "vendor"
    assets.collect(target=target)
    return target


def test_only_the_few_files_that_pages_use_are_copied(collected):
    files = [path for path in collected.rglob("*") if path.is_file()]
    assert len(files) < 40
    assert sum(path.stat().st_size for path in files) < 800_000
    assert {"uswds.css", "htmx.js", "sprite.svg", "states.svg", "public-sans-400.woff2"} <= {
        file.name for file in files
    }


def test_the_style_sheet_is_one_layer_and_points_only_to_what_is_there(collected):
    css = (collected / "uswds.css").read_text(encoding="utf-8")
    assert css.startswith('@charset "UTF-8";@layer uswds{')
    assert css.count("{") == css.count("}")
    assert "@font-face" not in css
    pictures = re.findall(r"url\((?!data:)([^)]+)\)", css)
    assert pictures
    assert [picture for picture in pictures if picture and not (collected / picture).is_file()] == []


def test_scripts_name_no_source_maps(collected):
    assert not any("sourceMappingURL" in path.read_text(encoding="utf-8") for path in collected.glob("*.js"))


def test_our_own_style_sheets_point_only_to_what_is_there():
    for sheet in assets.STATIC.glob("*.css"):
        for address in re.findall(r'url\("([^"]+)"\)', sheet.read_text(encoding="utf-8")):
            assert (assets.STATIC / address).is_file(), f"{sheet.name} names {address}"


def test_every_icon_that_a_template_names_exists():
    symbols = set()
    for sprite in (assets.VENDOR / "sprite.svg", assets.STATIC / "icons.svg"):
        symbols |= set(re.findall(r'<symbol[^>]*\bid="([^"]+)"', sprite.read_text(encoding="utf-8")))
    house = Path(assets.__file__).parents[1]
    named = {
        (name, path.name)
        for path in house.glob("*/templates/**/*.html")
        for name in re.findall(r'(?:<c-icon name|\bicon)="([a-z_-]+)"', path.read_text(encoding="utf-8"))
    }
    assert len(named) > 10
    assert {item for item in named if item[0] not in symbols} == set()


def test_missing_packages_are_named_with_the_command_that_brings_them(tmp_path):
    with pytest.raises(assets.MissingPackages, match="npm ci"):
        assets.collect(modules=tmp_path, target=tmp_path / "out")


def test_the_lock_names_no_place_to_download_from():
    lock = json.loads((assets.ROOT / "package-lock.json").read_text(encoding="utf-8"))
    packages = [package for name, package in lock["packages"].items() if name]
    assert packages
    assert all("resolved" not in package and package["integrity"].startswith("sha512-") for package in packages)


def test_nothing_collected_is_committed():
    listed = subprocess.run(
        ["git", "ls-files", "src/hansa/shell/static/shell/vendor", "node_modules"],
        cwd=assets.ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert listed.stdout == ""
