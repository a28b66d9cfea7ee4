// A page of a scan or PDF as a picture, with the place marked that something rests on.

import { getPicture } from "../shell/api.js";
import { t } from "../shell/texts.js";
import { element, fill } from "./element.js";
import { into } from "./states.js";

/**
 * The pages of the file a note came as: `{root, show, reveal}`. `show({page, box})` turns to a page and marks the box on
 * it, in shares of its width and height as the API tells them; without a box nothing is marked. `reveal` brings the view
 * itself to sight as well.
 *
 * `where` is the note's path. `closers` gets what has to be given back when the view is gone.
 */
export function pageView(where, file, { signal, closers }) {
  const shown = { page: null, box: null };
  const mark = element("div", { class: "page-mark", hidden: true, "aria-hidden": "true" });
  const picture = element("div", { class: "page-picture" });
  const scroller = element("div", { class: "page-scroller", tabindex: 0, role: "region", "aria-label": t("components.page_region", { name: file.filename }) }, element("div", { class: "page-sheet" }, picture, mark));
  const before = element("button", { type: "button", class: "small", onclick: () => show({ page: shown.page - 1 }) }, t("components.page_before"));
  const after = element("button", { type: "button", class: "small", onclick: () => show({ page: shown.page + 1 }) }, t("components.page_after"));
  const larger = element("button", { type: "button", class: "small", "aria-pressed": "false", onclick: () => enlarge() }, t("components.page_larger"));
  const place = element("span", { class: "numeric", role: "status" });

  function enlarge() {
    const isLarge = scroller.classList.toggle("large");
    larger.setAttribute("aria-pressed", String(isLarge));
    bringIntoSight();
  }

  function bringIntoSight() {
    if (mark.hidden) return;
    scroller.scrollTo({
      top: mark.offsetTop + mark.offsetHeight / 2 - scroller.clientHeight / 2,
      left: mark.offsetLeft + mark.offsetWidth / 2 - scroller.clientWidth / 2,
    });
  }

  function setMark() {
    mark.hidden = !shown.box || !picture.querySelector("img");
    if (mark.hidden) return;
    for (const side of SIDES) mark.style.setProperty(side, `${shown.box[side] * 100}%`);
    bringIntoSight();
  }

  async function show({ page, box = null }) {
    const isOther = page !== shown.page;
    Object.assign(shown, { page, box });
    mark.hidden = true;
    before.disabled = page <= 1;
    after.disabled = page >= file.pages;
    fill(place, t("components.page_of", { page, pages: file.pages }));
    if (isOther) {
      await into(picture, () => drawn(`${where}/pages/${page}`), (image) => (shown.page === page ? image : [...picture.childNodes]), { signal });
    }
    if (shown.page === page && !signal?.aborted) setMark();
  }

  async function drawn(path) {
    const address = URL.createObjectURL(await getPicture(path, { signal }));
    closers.push(() => URL.revokeObjectURL(address));
    const image = element("img", { src: address, alt: t("components.page_alt", { name: file.filename, page: shown.page }) });
    await image.decode();
    return image;
  }

  const root = element("div", { class: "page-view" }, element("div", { class: "row apart" }, file.pages > 1 ? [before, place, after] : place, larger), scroller);
  function reveal(place) {
    root.scrollIntoView({ block: "nearest" });
    return show(place);
  }

  return { root, show, reveal };
}

const SIDES = ["left", "top", "width", "height"];

/** A box as an address has it. */
export const boxText = (box) => SIDES.map((side) => box[side]).join(",");

/** A box from an address; null when it is none. */
export function boxIn(text) {
  const sides = (text ?? "").split(",").map(Number);
  if (sides.length !== SIDES.length || !sides.every((side) => side >= 0 && side <= 1)) return null;
  return Object.fromEntries(SIDES.map((side, place) => [side, sides[place]]));
}

/** Where a citation or fact of `note` stands on its pages, `{page, box}`; null where that is not known. */
export function placeOnPage(note, cited, marked, facts) {
  if (!note.file?.pages) return null;
  if (cited?.page) return { page: cited.page, box: cited.box };
  const touching = marked && facts.find(({ fact }) => fact.page && fact.start < marked[1] && fact.end > marked[0]);
  return touching ? { page: touching.fact.page, box: touching.fact.box } : null;
}
