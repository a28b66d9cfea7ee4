// The start: texts, then sign-in or the page that the address names, and a fresh drawing whenever that changes.

import { fill } from "../components/element.js";
import { askForReason } from "../components/reason.js";
import { failure, loading } from "../components/states.js";
import { askReasonsWith } from "./api.js";
import { frame, markCurrent } from "./frame.js";
import { unreachable } from "./problem.js";
import { addressOf, entriesIn, go, location } from "./router.js";
import { me, whenSignedOut } from "./session.js";
import { signInPage } from "./sign_in.js";
import { applyTheme } from "./theme.js";
import { loadTexts, t } from "./texts.js";

let open = null; // the page that is open: {controller, close}
let drawn = null; // the frame around it

async function leave() {
  const leaving = open;
  open = null;
  leaving?.controller.abort();
  await leaving?.close?.();
}

async function show() {
  await leave();
  if (!me()) {
    drawn = null;
    fill(document.body, signInPage(show));
    document.title = `${t("shell.sign_in")} · Rounds`;
    document.querySelector("input")?.focus();
    return;
  }
  if (!drawn) {
    drawn = frame(redraw);
    fill(document.body, drawn.root);
  }
  const { entry, parameters, query, isFront } = location();
  const first = entriesIn("main")[0];
  if (!entry && isFront && first) return go(addressOf(first.path), { replace: true });
  markCurrent(drawn, entry);
  if (!entry) {
    const nowhere = { title: t("shell.no_page"), detail: t("shell.no_page_detail") };
    return fill(drawn.view, failure(nowhere, null, { whole: true }));
  }
  document.title = `${t(entry.label)} · Rounds`;
  const controller = new AbortController();
  open = { controller };
  await enter(entry, { parameters, query, signal: controller.signal });
}

async function enter(entry, context) {
  const { view } = drawn;
  const before = view.firstChild;
  // What is quick shows no sign of waiting, and what has begun to be drawn is waited for where it is drawn.
  const waiting = setTimeout(() => view.firstChild === before && fill(view, loading()), 150);
  try {
    const { open: openPage } = await entry.load().catch(tellUnreachable);
    if (context.signal.aborted) return;
    const close = await openPage(view, context);
    if (context.signal.aborted) await close?.();
    else open.close = close;
  } catch (problem) {
    if (context.signal.aborted || problem.name === "AbortError") return;
    fill(view, failure(problem, show, { whole: true }));
    if (!problem.code) throw problem;
  } finally {
    clearTimeout(waiting);
  }
}

/** What browsers say of a page that cannot be fetched is not for people to read. */
function tellUnreachable(error) {
  throw error instanceof TypeError ? unreachable() : error;
}

async function redraw() {
  drawn = null;
  await show();
}

async function start() {
  applyTheme();
  await loadTexts();
  askReasonsWith(askForReason);
  whenSignedOut(show);
  window.addEventListener("hashchange", async () => {
    await show();
    drawn?.view.focus({ preventScroll: true });
  });
  await show();
}

start();
