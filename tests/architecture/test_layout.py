# SPDX-License-Identifier: Apache-2.0
"""The house rules that a reader relies on: small files, one road for changes, pure rules, nothing that is not ours."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOUSE = ROOT / "src" / "hansa"
LONGEST = 400
THIN = ("views", "api", "tasks")
WRITES = {
    "save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create",
    "acreate", "aupdate", "adelete", "asave", "abulk_create", "aget_or_create", "aupdate_or_create",
}  # fmt: skip
# Methods of the same name that change no row.
HARMLESS = {"hashlib", "digest", "cookies", "headers", "context", "data", "params", "response", "session"}
REGISTRIES = ("py" + "pi.org", "python" + "hosted.org", "registry.npm" + "js", "deb.debi" + "an.org")
MACHINE = ("/wo" + "rk/", "/fa" + "rm/", "/ro" + "ot/.", ".libr" + "ary/")


def tracked(*patterns: str) -> list[Path]:
    """Return the files that git tracks, or would."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def sources(*, tests: bool = False) -> list[Path]:
    found = [path for path in tracked("*.py") if HOUSE in path.parents and "migrations" not in path.parts]
    return [path for path in found if tests or "tests" not in path.parts]


def room_of(path: Path) -> str:
    """Return the room (`views`, `acts` …) that a file of a part belongs to; a package counts as its name."""
    parts = path.relative_to(HOUSE).parts
    return Path(parts[1]).stem if len(parts) > 1 else ""


def imports_of(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def writes_in(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield calls like `row.save(…)` or `Model.objects.create(…)`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
            owner = node.func.value
            name = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
            if name.lower() not in HARMLESS:
                yield node.lineno, f"{ast.unparse(owner)}.{node.func.attr}"


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_no_file_is_longer_than_four_hundred_lines():
    kinds = ("*.py", "*.html", "*.css", "*.js")
    files = [p for p in tracked(*kinds) if "migrations" not in p.parts]
    long = {str(p.relative_to(ROOT)): n for p in files if (n := len(p.read_text("utf-8").splitlines())) > LONGEST}
    assert not long, f"two ideas in one file: {long}"


def test_every_source_file_names_its_licence_first():
    files = [p for p in tracked("*.py") if p.read_text("utf-8").strip()]
    bare = [
        str(p.relative_to(ROOT))
        for p in files
        if not p.read_text("utf-8").startswith("# SPDX-License-Identifier: Apache-2.0\n")
    ]
    assert files and not bare


def test_every_module_says_what_it_is():
    modules = [p for p in sources(tests=True) if parse(p).body]
    assert not [str(p.relative_to(ROOT)) for p in modules if not ast.get_docstring(parse(p))]


def test_views_api_and_tasks_change_no_row_themselves():
    found = {
        f"{path.relative_to(ROOT)}:{line}": what
        for path in sources()
        if room_of(path) in THIN
        for line, what in writes_in(parse(path))
    }
    assert not found, f"state changes by one road, through actions: {found}"


def test_the_search_for_writes_finds_them():
    tree = ast.parse(
        "def view(request):\n    Request.objects.create(a=1)\n    row.save()\n    response.headers.update(x)"
    )
    assert [line for line, _ in writes_in(tree)] == [2, 3]


def test_rules_import_no_django():
    guilty = {
        str(path.relative_to(ROOT)): sorted(bad)
        for path in sources()
        if room_of(path) == "rules"
        and (bad := {m for m in imports_of(parse(path)) if m.split(".")[0] in ("django", "psycopg")})
    }
    assert not guilty


def test_no_part_has_an_attic():
    attics = {"utils", "common", "helpers", "services", "managers", "misc"}
    found = [str(p.relative_to(ROOT)) for p in sources() if attics & {*p.relative_to(HOUSE).with_suffix("").parts}]
    assert not found


def test_the_ledger_and_core_name_no_part():
    above = {path.name for path in HOUSE.iterdir() if (path / "apps.py").exists()} - {"core", "ledger"}
    guilty = {
        f"{path.relative_to(ROOT)}: {module}"
        for path in sources()
        if path.relative_to(HOUSE).parts[0] in ("core", "ledger")
        for module in imports_of(parse(path))
        if module.startswith("hansa.") and module.split(".")[1] in above
    }
    assert not guilty


@pytest.mark.parametrize("words", [REGISTRIES, MACHINE], ids=["registry hosts", "machine paths"])
def test_no_tracked_file_names(words):
    found = {
        f"{path.relative_to(ROOT)}: {word}"
        for path in tracked()
        if (text := _text(path)) is not None
        for word in words
        if word in text
    }
    assert not found


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def test_nothing_is_left_to_do_later():
    words = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK|lorem ip" + r"sum)\b")
    found = [
        str(p.relative_to(ROOT))
        for p in tracked("*.py", "*.html", "*.js", "*.css", "*.md")
        if words.search(_text(p) or "")
    ]
    assert not found


def test_no_test_is_skipped_but_where_shared_data_is_absent():
    marks = re.compile(r"pytest\.(skip|importorskip|mark\.(skip|skipif|xfail))")
    files = [p for p in tracked("*.py") if p != Path(__file__) and marks.search(_text(p) or "")]
    assert not [str(p.relative_to(ROOT)) for p in files if "HANSA_SHARED_DATA" not in (_text(p) or "")]


def test_the_package_needs_what_its_requirements_list():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    listed = (ROOT / "requirements.in").read_text("utf-8").split()
    build_only = {"editables", "hatchling"}
    assert sorted(project["dependencies"]) == sorted(set(listed) - build_only)


def test_every_locked_requirement_has_a_hash():
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-node.lock"):
        text = (ROOT / name).read_text("utf-8")
        pins = re.findall(r"(?m)^([a-z0-9][\w.-]*(?:\[[\w,-]+\])?==\S+)(.*(?:\n    --hash=\S+.*)*)", text)
        assert pins and all("--hash=sha256:" in rest for _, rest in pins), name


def test_the_front_end_lock_keeps_no_download_addresses():
    assert "http" not in (ROOT / "package-lock.json").read_text("utf-8").replace("https://github.com/sponsors", "")
