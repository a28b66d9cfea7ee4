// The page of whoever is not signed in.

import { element } from "../components/element.js";
import { field, form } from "../components/form.js";
import { choice } from "./frame.js";
import { signIn } from "./session.js";
import { chooseLanguage, currentLanguage, LANGUAGES, t } from "./texts.js";

/** The page; `done` is called once somebody has signed in, and when it has to be drawn anew. */
export function signInPage(done) {
  const username = field(t("shell.username"), element("input", { autocomplete: "username", required: true, autocapitalize: "none", spellcheck: "false" }));
  const password = field(t("shell.password"), element("input", { type: "password", autocomplete: "current-password", required: true }));
  const signing = form(
    { submit: t("shell.sign_in"), class: "card sign-in" },
    async () => {
      await signIn(username.input.value, password.input.value);
      await done();
    },
    username,
    password,
  );
  return element(
    "main",
    { class: "sign-in-page" },
    element("div", { class: "sign-in-brand" }, element("h1", {}, "Rounds"), element("p", { class: "muted" }, t("shell.tagline"))),
    signing,
    choice(t("shell.language"), Object.entries(LANGUAGES), currentLanguage(), async (language) => {
      await chooseLanguage(language);
      await done();
    }),
  );
}
