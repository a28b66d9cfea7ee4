"""Every recipe of the cookbook does what it says, as it stands there, in a real browser against `rounds mock`."""

import asyncio
import contextlib
import os
import re
import subprocess
import threading
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image
from playwright.async_api import Browser, Page, Route, expect

from tests.browser import launched
from tests.clients.conftest import ROOT, TYPESCRIPT
from tests.journeys.conftest import PASSWORD, PATIENCE
from tests.paper import covers, red_of, red_pdf

BLOCK = re.compile(r"^```(js|jsx)\n// (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
RECIPES = {name: text for _, name, text in BLOCK.findall((ROOT / "docs" / "cookbook.md").read_text(encoding="utf-8"))}
PATIENCE_MS = 60_000
CONTENT = "S: Feels well.\nO: Weight 71 kg.\nP: Stop codeine."
ENTRY = """
import {{ createElement }} from "react";
import {{ createRoot }} from "react-dom/client";
{imports}
export * from "./session.js";
{exports}
const components = {{ {components} }};
export const told = [];
const tell = (what) => told.push(what);
export function mount(name, properties = {{}}) {{
  const root = createRoot(document.getElementById("react"));
  const component = createElement(components[name], {{ ...properties, onCreated: tell, onAdded: tell }});
  root.render(createElement(SignedIn, null, component));
  return () => root.unmount();
}}
"""
COMPONENTS = {
    "PatientList.jsx": "PatientList",
    "PatientForm.jsx": "PatientForm",
    "Phone.jsx": "Phone",
    "NoteUpload.jsx": "NoteUpload",
    "useEvents.jsx": "Ticker",
    "Summary.jsx": "Summary",
}


@pytest.fixture(scope="module")
def bundle(typescript_package, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The recipes as a frontend would build them."""
    folder = tmp_path_factory.mktemp("cookbook")
    for name, text in RECIPES.items():
        (folder / name).write_text(text, encoding="utf-8")
    imports = [f'import {{ {name} }} from "./{file}";' for file, name in COMPONENTS.items()]
    entry = ENTRY.format(
        imports="\n".join([*imports, 'import { SignedIn } from "./SignedIn.jsx";']),
        exports="\n".join(f'export * from "./{name}";' for name in RECIPES if name.endswith(".js")),
        components=", ".join(COMPONENTS.values()),
    )
    (folder / "entry.jsx").write_text(entry, encoding="utf-8")
    subprocess.run(
        [
            *(TYPESCRIPT / "node_modules" / ".bin" / "esbuild", "entry.jsx", "--bundle", "--outfile=bundle.js"),
            *("--format=iife", "--global-name=recipes", "--jsx=automatic", "--log-level=warning"),
            *('--define:process.env.NODE_ENV="production"', f"--alias:rounds-client={TYPESCRIPT}/dist/index.js"),
        ],
        cwd=folder,
        env=os.environ | {"NODE_PATH": str(TYPESCRIPT / "node_modules")},
        check=True,
        timeout=PATIENCE,
    )
    return (folder / "bundle.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with launched() as browser:
        yield browser


class Frontend(BaseHTTPRequestHandler):
    """An empty page."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b'<!doctype html><body><div id="react"></div><div id="plain"></div>')

    def log_message(self, *_: object) -> None:
        """Nobody asks."""


@pytest.fixture(scope="module")
def frontend() -> Iterator[str]:
    """The address of a page of another origin than the API's, as frontends have it."""
    with HTTPServer(("127.0.0.1", 0), Frontend) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
async def page(browser: Browser, bundle: str, frontend: str, mock) -> AsyncIterator[Page]:
    """A page with the recipes on it; what fails on it fails the test."""
    failures: list[str] = []
    page = await browser.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.on("pageerror", lambda error: failures.append(str(error)))
    await page.goto(frontend)
    await page.evaluate("url => { globalThis.API_ADDRESS = url }", mock.url)
    await page.add_script_tag(content=bundle)
    yield page
    await page.close()
    assert failures == []


@pytest.fixture(scope="module")
def api(mock):
    with contextlib.closing(mock.client()) as client:
        yield client


@pytest.fixture
def patient(api: httpx.Client) -> dict[str, Any]:
    return api.post("/patients", json={"name": "Maeve Byrne", "date_of_birth": "1957-03-09"}).json()


async def plain(page: Page, html: str) -> None:
    """Sign in by the recipe, and put what the page needs beside it."""
    await page.evaluate("html => document.getElementById('plain').innerHTML = html", html)
    await page.evaluate("password => recipes.signIn('admin', password)", PASSWORD)


async def react(page: Page, name: str, **properties: Any) -> None:
    """Show a component to whom the form has signed in."""
    await page.evaluate("([name, properties]) => { recipes.mount(name, properties) }", [name, properties])
    await page.get_by_label("Name").fill("admin")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_label("Password")).to_have_count(0, timeout=PATIENCE_MS)


def test_every_block_of_code_is_a_recipe_that_is_tried():
    text = (ROOT / "docs" / "cookbook.md").read_text(encoding="utf-8")
    assert len(re.findall(r"^```\w", text, re.MULTILINE)) == len(RECIPES) == 15
    assert {name for name in RECIPES if name.endswith(".jsx")} == {"SignedIn.jsx", *COMPONENTS}


async def test_tokens_are_exchanged_once_for_all_who_wait(page):
    await plain(page, "")
    refreshed = []
    page.on("request", lambda request: refreshed.append(request) if "/refresh" in request.url else None)
    refused = 0

    async def refuse_three(route: Route) -> None:
        nonlocal refused
        refused += 1
        ended = {"authorization": "Bearer ended"} if refused <= 3 else {}
        await route.continue_(headers=route.request.headers | ended)

    await page.route("**/security/me", refuse_three)
    statuses = await page.evaluate(
        "async () => (await Promise.all([1, 2, 3].map(() => recipes.call('/security/me')))).map(({status}) => status)"
    )
    assert statuses == [200, 200, 200]
    assert len(refreshed) == 1


async def test_a_wrong_password_is_told(page):
    await page.evaluate("recipes.mount('PatientForm') && null")
    await page.get_by_label("Name").fill("admin")
    await page.get_by_label("Password").fill("not the password")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("alert")).not_to_be_empty(timeout=PATIENCE_MS)
    assert await page.evaluate("recipes.signIn('admin', 'not it').then(() => '', problem => problem.code)")


async def test_lists_go_on_as_they_are_scrolled(page, api):
    names = [row["name"] for row in api.get("/patients?limit=200&sort=name").json()["data"]]
    await plain(page, '<ol id="list" style="height: 8rem; overflow-y: auto"></ol>')
    await page.evaluate("recipes.showPatients(document.getElementById('list'))")
    await reads_to_the_end(page, names)
    await page.evaluate("document.getElementById('plain').replaceChildren()")
    await react(page, "PatientList")
    await reads_to_the_end(page, names)


async def reads_to_the_end(page: Page, names: list[str]) -> None:
    rows = page.locator("ol li")
    await expect(rows).to_have_count(11, timeout=PATIENCE_MS)  # ten, and the end, which is out of sight
    while "…" in (shown := await rows.all_inner_texts()):
        await rows.last.scroll_into_view_if_needed()
        await expect(rows).not_to_have_count(len(shown), timeout=PATIENCE_MS)
    assert shown == names


async def test_forms_say_which_field_is_wrong(page, api, patient):
    taken = f"MRN {patient['id']}"
    api.patch(f"/patients/{patient['id']}", json={"mrn": taken}).raise_for_status()
    fields = "".join(
        f'<input name="{name}" aria-label="{label}"><output for="{name}" id="{name}-says"></output>'
        for name, label in (("name", "Name"), ("date_of_birth", "Born"), ("mrn", "MRN"))
    )
    await plain(page, f"<form>{fields}<button>Create</button></form>")
    await page.evaluate(
        "recipes.createsPatient(document.querySelector('form'), (created) => recipes.told.push(created))"
    )
    await creates(page, taken, invalid="output#name-says")
    await page.evaluate("document.getElementById('plain').replaceChildren()")
    await react(page, "PatientForm")
    await creates(page, taken, invalid="label:has([name=name]) em")


async def creates(page: Page, taken: str, invalid: str) -> None:
    before = await page.evaluate("recipes.told.length")
    await page.get_by_label("Born").fill("1957-03-09")
    await page.get_by_role("button", name="Create").click()
    await expect(page.locator(invalid)).not_to_be_empty(timeout=PATIENCE_MS)
    await expect(page.locator("[name=name]")).to_have_attribute("aria-invalid", "true")
    for name, mrn in (("Nuala Byrne", taken), ("Nuala Byrne", "")):
        await page.locator("[name=name]").fill(name)
        await page.get_by_label("Born").fill("1957-03-09")
        await page.get_by_label("MRN").fill(mrn)
        await page.get_by_role("button", name="Create").click()
        await expect(page.locator("[name=mrn][aria-invalid=true]")).to_have_count(int(bool(mrn)), timeout=PATIENCE_MS)
    await page.wait_for_function("before => recipes.told.length > before", arg=before)
    assert await page.evaluate("recipes.told.length") == before + 1
    assert await page.evaluate("recipes.told.at(-1).name") == "Nuala Byrne"


async def test_a_change_is_shown_before_it_is_made(page, api, patient):
    await plain(page, "")
    change = """async (patient) => {
        const shown = [];
        await recipes.changePhone(patient, "+442079460000", ({phone}, problem) => shown.push([phone, problem?.status]));
        return shown;
    }"""
    assert await page.evaluate(change, patient) == [["+442079460000", None], ["+442079460000", None]]
    api.patch(f"/patients/{patient['id']}", json={"phone": "+442079460999"}).raise_for_status()
    assert await page.evaluate(change, patient) == [["+442079460000", None], ["+442079460999", 412]]

    await react(page, "Phone", patient=api.get(f"/patients/{patient['id']}").json())
    released = asyncio.Event()

    async def hold(route: Route) -> None:
        await released.wait()
        await route.continue_()

    await page.route(f"**/patients/{patient['id']}", hold)
    await page.get_by_label("New phone number").fill("+442079460001")
    await page.get_by_role("button", name="Change").click()
    await expect(page.locator("output")).to_have_text("+442079460001", timeout=PATIENCE_MS)
    assert api.get(f"/patients/{patient['id']}").json()["phone"] == "+442079460999", "not yet"
    api.patch(f"/patients/{patient['id']}", json={"phone": "+442079460888"}).raise_for_status()
    released.set()
    await expect(page.locator("output")).to_have_text("+442079460888", timeout=PATIENCE_MS)
    await expect(page.get_by_role("alert")).not_to_be_empty()


async def test_uploads_say_how_far_they_are(page, api, patient):
    await plain(page, '<progress value="0"></progress>')
    text = "Weight 71 kg. " * 20_000
    note = await page.evaluate(
        """([id, text]) =>
            recipes.uploadNote(id, new File([text], "weights.txt"), document.querySelector("progress"))""",
        [patient["id"], text],
    )
    assert note["file"]["filename"] == "weights.txt"
    done = "progress => progress.value === progress.max && progress.max"
    assert await page.locator("progress").evaluate(done) > len(text)
    await page.evaluate("document.getElementById('plain').replaceChildren()")
    await react(page, "NoteUpload", patientId=patient["id"])
    file = page.get_by_label("A letter or a scan")
    await file.set_input_files({"name": "nothing.txt", "mimeType": "text/plain", "buffer": b""})
    await expect(page.get_by_role("alert")).not_to_be_empty(timeout=PATIENCE_MS)
    await file.set_input_files({"name": "letter.txt", "mimeType": "text/plain", "buffer": text.encode()})
    await page.wait_for_function("recipes.told.length > 0")
    assert await page.locator("progress").evaluate(done) > len(text)
    assert await page.evaluate("recipes.told.at(-1).file.filename") == "letter.txt"


async def test_events_are_live_and_go_on_after_the_stream_has_ended(page, api, patient):
    await plain(page, "")
    await page.evaluate("""() => {
        window.heard = [];
        const Real = EventSource;
        window.EventSource = function (...given) { return (window.source = new Real(...given)); };
        const hear = (data) => heard.push(data);
        window.open = new Promise((onOpen) => recipes.listen("rounds.note.added", hear, { onOpen }));
    }""")
    await page.evaluate("open")
    first = add_note(api, patient)
    await page.wait_for_function("heard.length === 1")
    # The stream ends, and the next event happens while nobody listens.
    await page.evaluate("() => { source.close(); }")
    second = add_note(api, patient)
    await page.evaluate("() => { source.onerror(); }")
    await page.wait_for_function("heard.length === 2")
    assert [event["note_id"] for event in await page.evaluate("heard")] == [first, second]

    await react(page, "Ticker", patientId=patient["id"])
    await expect(page.locator("ul[aria-busy=false]")).to_be_attached(timeout=PATIENCE_MS)
    add_note(api, patient)
    await expect(page.locator("ul li").filter(has_text="rounds.note.added")).to_have_count(1, timeout=PATIENCE_MS)


def add_note(api: httpx.Client, patient: dict[str, Any]) -> str:
    note = api.post(f"/patients/{patient['id']}/notes", json={"taken_at": "2026-03-09T14:30:00Z", "content": CONTENT})
    return note.raise_for_status().json()["id"]


async def test_a_citation_opens_its_note_at_the_quoted_words(page, api, patient):
    add_note(api, patient)
    summary = api.get(f"/patients/{patient['id']}/summary?length=brief").json()
    statement = summary["sections"][0]["statements"][0]
    citation = statement["citations"][0]
    await plain(page, '<blockquote id="note"></blockquote>')
    await page.evaluate(
        "([id, citation]) => recipes.showCitation(document.getElementById('note'), id, citation)",
        [patient["id"], citation],
    )
    assert await page.locator("#note mark").text_content() == citation["quote"]
    assert await page.locator("#note").text_content() == CONTENT
    assert await page.evaluate("citation => recipes.showPage(null, '', citation)", citation) is False
    await page.evaluate("document.getElementById('plain').replaceChildren()")
    await react(page, "Summary", patientId=patient["id"])
    await page.get_by_role("button", name=statement["text"]).first.click()
    await expect(page.locator("blockquote mark")).to_have_text(citation["quote"], timeout=PATIENCE_MS)
    assert await page.locator("blockquote").text_content() == CONTENT


async def test_a_citation_of_a_pdf_is_marked_on_its_page(page, api, patient):
    dose = "amoxicillin 500 mg PO three times daily"
    letter = red_pdf(["First page."], ["Chest clear.", f"Plan: start {dose}."], red=dose)
    form = {"files": {"file": ("letter.pdf", letter)}, "data": {"taken_at": "2026-03-09T14:30:00Z"}}
    assert api.post(f"/patients/{patient['id']}/notes", **form).status_code == 201
    (line,) = api.get(f"/patients/{patient['id']}/chart").json()["medications"]
    await plain(page, '<div id="page" style="width: 500px"></div>')
    cited = [patient["id"], line["citations"][0]]
    assert await page.evaluate(
        "([id, citation]) => recipes.showPage(document.getElementById('page'), id, citation)", cited
    )
    mark, picture = [await page.locator(f"#page {each}").bounding_box() for each in ("div", "img")]
    box = {
        "left": (mark["x"] - picture["x"]) / picture["width"],
        "top": (mark["y"] - picture["y"]) / picture["height"],
        "width": mark["width"] / picture["width"],
        "height": mark["height"] / picture["height"],
    }
    shown = api.get(f"/patients/{patient['id']}/notes/{cited[1]['note_id']}/pages/{cited[1]['page']}")
    assert covers(box, red_of(Image.open(BytesIO(shown.content))))
