// A field to choose a patient by name or number, as one types: a combobox, as WAI-ARIA has it.

import { get } from "../shell/api.js";
import { day } from "../shell/format.js";
import { t } from "../shell/texts.js";
import { element, fill, freshId } from "./element.js";
import { field } from "./form.js";

const PAUSE_MS = 180;
const OFFERED = 8;

/** `{root, input, fail, pointer, value}`: `value` is the id of the patient chosen; `onchoose` hears of it. */
export function patientField(label, { pointer = "/patient_id", chosen = null, required = true, onchoose = () => {} } = {}) {
  const list = element("ul", { class: "choices", role: "listbox", id: freshId("choices"), "aria-label": t("components.offered"), hidden: true });
  const input = element("input", {
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": list.id,
    autocomplete: "off",
    spellcheck: "false",
    placeholder: t("components.patient_hint"),
    value: chosen?.name ?? "",
  });
  const shown = { ...field(label, input, { pointer }), value: chosen?.id ?? null };
  shown.root.append(list);
  const judge = () => input.setCustomValidity(shown.value || (!required && !input.value) ? "" : t("components.patient_choose"));
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (patient) => {
    shown.value = patient.id;
    input.value = patient.name;
    shown.fail(null);
    judge();
    close();
    onchoose(patient);
  };
  const offer = (found) => {
    fill(list, found.length ? found.map((patient) => option(patient, choose)) : element("li", { role: "option", "aria-disabled": "true", class: "muted" }, t("components.patient_nobody")));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  };
  input.addEventListener("input", searching(input, offer, close, () => {
    shown.value = null;
    judge();
  }));
  input.addEventListener("keydown", (event) => steer(event, input, list, close));
  input.addEventListener("blur", () => setTimeout(close, 150)); // after a click on what is offered
  judge();
  return shown;
}

function searching(input, offer, close, changed) {
  let waiting = null;
  let asked = 0;
  return () => {
    changed();
    clearTimeout(waiting);
    const q = input.value.trim();
    asked += 1;
    if (!q) return close();
    const mine = asked;
    waiting = setTimeout(async () => {
      const found = await get("/patients", { q, limit: OFFERED }).catch(() => ({ data: [] }));
      if (mine === asked && input.isConnected) offer(found.data);
    }, PAUSE_MS);
  };
}

function option(patient, choose) {
  return element(
    "li",
    { role: "option", id: freshId("choice"), "aria-selected": "false", onpointerdown: (event) => event.preventDefault(), onclick: () => choose(patient) },
    element("span", {}, patient.name),
    element("span", { class: "muted small numeric" }, [patient.mrn, day(patient.date_of_birth)].filter(Boolean).join(" · ")),
  );
}

function steer(event, input, list, close) {
  if (list.hidden) return;
  const options = [...list.querySelectorAll("[id]")];
  const place = options.findIndex((each) => each.id === input.getAttribute("aria-activedescendant"));
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    return close();
  }
  if (event.key === "Enter") {
    event.preventDefault();
    return (options[place] ?? options[0])?.click();
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !options.length) return;
  event.preventDefault();
  const next = options[place < 0 ? (step > 0 ? 0 : options.length - 1) : (place + step + options.length) % options.length];
  options.forEach((each) => each.setAttribute("aria-selected", String(each === next)));
  input.setAttribute("aria-activedescendant", next.id);
  next.scrollIntoView({ block: "nearest" });
}
