// What stands around every page: the navigation, who is signed in, and the view that the pages are drawn into.

import { element } from "../components/element.js";
import { chooseLanguage, currentLanguage, LANGUAGES, t } from "./texts.js";
import { addressOf, entriesIn } from "./router.js";
import { me, signOut } from "./session.js";
import { chooseTheme, currentTheme, THEMES } from "./theme.js";

/** The frame: `{root, view, links}`. `redraw` is called when everything has to be drawn anew. */
export function frame(redraw) {
  const view = element("main", { id: "view", class: "view", tabindex: "-1" });
  const links = new Map(
    entriesIn("main").map((entry) => [entry, element("a", { href: addressOf(entry.path) }, t(entry.label))]),
  );
  const navigation = element(
    "nav",
    { class: "navigation", "aria-label": t("shell.pages"), id: "navigation" },
    element("ul", {}, [...links.values()].map((link) => element("li", {}, link))),
  );
  const toggle = element(
    "button",
    {
      type: "button",
      class: "quiet navigation-toggle",
      "aria-expanded": "false",
      "aria-controls": "navigation",
      onclick: () => fold(root, toggle, root.classList.contains("navigation-open")),
    },
    element("span", { "aria-hidden": "true" }, "☰"),
    element("span", { class: "visually-hidden" }, t("shell.menu")),
  );
  const root = element(
    "div",
    { class: "frame", onkeydown: (event) => event.key === "Escape" && fold(root, toggle, true) },
    element("a", { class: "skip", href: "#view", onclick: (event) => (event.preventDefault(), view.focus()) }, t("shell.skip")),
    element("header", { class: "bar" }, toggle, element("span", { class: "brand" }, "Rounds"), entriesIn("main").map((entry) => entry.inBar?.()), account(redraw)),
    navigation,
    view,
  );
  return { root, view, links, closeNavigation: () => fold(root, toggle, true) };
}

function fold(root, toggle, folded) {
  root.classList.toggle("navigation-open", !folded);
  toggle.setAttribute("aria-expanded", String(!folded));
}

/** Show where one is. A page of a patient belongs to the ward. */
export function markCurrent(drawn, entry) {
  drawn.closeNavigation();
  const within = entry?.within ?? entry?.name;
  for (const [each, link] of drawn.links) {
    if (each.name === within) link.setAttribute("aria-current", each === entry ? "page" : "true");
    else link.removeAttribute("aria-current");
  }
}

function account(redraw) {
  const details = element(
    "details",
    { class: "account" },
    element("summary", {}, element("span", { class: "account-name" }, me().full_name)),
    element(
      "div",
      { class: "account-panel" },
      element("p", { class: "muted" }, `${me().username} · ${me().roles.map((role) => t(`shell.role_${role}`)).join(", ")}`),
      choice(t("shell.language"), Object.entries(LANGUAGES), currentLanguage(), async (language) => {
        await chooseLanguage(language);
        await redraw();
      }),
      choice(t("shell.theme"), THEMES.map((theme) => [theme, t(`shell.theme_${theme}`)]), currentTheme(), chooseTheme),
      element("button", { type: "button", onclick: signOut }, t("shell.sign_out")),
    ),
  );
  document.addEventListener("click", (event) => {
    if (!details.contains(event.target)) details.open = false;
  });
  details.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && details.open) {
      details.open = false;
      details.querySelector("summary").focus();
    }
  });
  return details;
}

/** A labelled choice among `[value, text]`. */
export function choice(label, choices, current, choose) {
  return element(
    "label",
    { class: "field" },
    element("span", {}, label),
    element(
      "select",
      { onchange: (event) => choose(event.target.value) },
      choices.map(([value, text]) => element("option", { value, selected: value === current }, text)),
    ),
  );
}
