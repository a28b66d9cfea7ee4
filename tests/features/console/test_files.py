"""What the server gives to browsers: the page, its policy, files that may be kept for ever, and complete texts."""

import gzip
import json
import re
from pathlib import Path

import pytest

from features.console.files import LANGUAGES, WEB, Console, console

MOST_BYTES = 200_000
_USED = re.compile(r"""\bt\(\s*["'`]([a-z_]+\.[a-z_.]+)["'`]""")
_MARKUP = re.compile(r"(?:inner|outer)HTML|insertAdjacentHTML|document\.write|\beval\(|setAttribute\(\"style\"")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def texts(path: Path) -> dict[str, dict[str, str]]:
    return json.loads(path.read_text())


ALL_TEXTS = sorted(WEB.rglob("texts.json"))
KEYS = {f"{path.parent.name}.{key}" for path in ALL_TEXTS for key in texts(path)["en"]}


async def test_the_page_allows_nothing_but_its_own_files(anonymous):
    answer = await anonymous.get("/console")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert {"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"} <= set(
        policy.split("; ")
    )
    assert not re.search(r"https?:|<script>|<style|\son\w+=|\sstyle=", answer.text)


async def test_what_the_page_names_is_there_compressed_and_kept_for_ever(anonymous):
    page = (await anonymous.get("/console")).text
    addresses = re.findall(r'(?:href|src)="(/console/assets/[^"]+)"', page)
    assert len(addresses) > 10
    for address in addresses:
        answer = await anonymous.get(address, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200, address
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-encoding"] == "gzip"
        plain = await anonymous.get(address, headers={"Accept-Encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert plain.content == answer.content  # httpx has decompressed the first


async def test_files_of_another_version_are_not_found(anonymous):
    (address,) = re.findall(r'src="(/console/assets/[^"]+main.js)"', (await anonymous.get("/console")).text)
    other = address.replace(console().digest, "0" * 16)
    assert (await anonymous.get(other)).status_code == 404
    outside = address.replace("shell/main.js", "../files.py")
    assert (await anonymous.get(outside)).status_code == 404


async def test_browsers_are_led_there_in_development_and_programs_are_not(anonymous):
    led = await anonymous.get("/", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert (led.status_code, led.headers["location"]) == (307, "/console")
    assert (await anonymous.get("/")).json()["name"] == "Rounds"


def test_all_of_it_is_small():
    made = Console()
    assert sum(len(file.compressed) for file in [made.page, *made.files.values()]) < MOST_BYTES
    assert gzip.decompress(made.page.compressed) == made.page.content


def test_a_page_is_added_by_adding_its_folder(tmp_path):
    for name in ("index.html", "shell/main.js"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    for page in ("ward", "audit"):
        folder = tmp_path / "pages" / page
        folder.mkdir(parents=True)
        (folder / "entry.js").write_text("export const entry = {};")
        (folder / "page.css").write_text(f".{page} {{}}")
        (folder / "texts.json").write_text(json.dumps({each: {"title": f"{page} {each}"} for each in LANGUAGES}))
    made = Console(tmp_path)
    assert b'import { entry as audit } from "./audit/entry.js";' in made.files["pages/all.js"].content
    assert b"export const entries = [audit, ward];" in made.files["pages/all.js"].content
    assert made.files["console.css"].content == b".audit {}\n.ward {}"
    assert json.loads(made.files["texts/pt.json"].content) == {"audit.title": "audit pt", "ward.title": "ward pt"}
    (tmp_path / "shell/main.js").write_text("changed();")
    assert Console(tmp_path).digest != made.digest


@pytest.mark.parametrize("path", ALL_TEXTS, ids=lambda path: path.parent.name)
def test_every_text_is_there_in_every_language(path):
    found = texts(path)
    assert set(found) == set(LANGUAGES)
    for language in LANGUAGES:
        assert list(found[language]) == list(found["en"]), language
        for key, text in found[language].items():
            assert text.strip(), key
            assert set(_PLACEHOLDER.findall(text)) == set(_PLACEHOLDER.findall(found["en"][key])), key


def test_every_text_that_is_used_exists():
    for path in WEB.rglob("*.js"):
        for key in _USED.findall(path.read_text()):
            assert key in KEYS or f"{key}.other" in KEYS, f"{path.name}: {key}"


def test_every_text_is_used():
    code = "".join(path.read_text() for path in WEB.rglob("*.js"))
    # What is put together, as `${kind}.${value}`, is used by its beginning.
    beginnings = set(re.findall(r"`([a-z_]+\.[a-z_]*)\$\{", code))
    for key in KEYS:
        name = re.sub(r"\.(one|other)$", "", key)
        assert f'"{name}"' in code or any(name.startswith(each) for each in beginnings), key


def test_nothing_is_asked_of_elsewhere_and_nothing_becomes_markup():
    for path in [*WEB.rglob("*.js"), *WEB.rglob("*.css")]:
        code = path.read_text()
        assert set(re.findall(r"https?://[^\"'\s]+", code)) <= {"http://www.w3.org/2000/svg"}, path
        assert not _MARKUP.search(code), path
