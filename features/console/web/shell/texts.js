// The words of the console, in the language of whoever looks. `texts.json` lies in each folder, in all languages.

export const LANGUAGES = { en: "English", pt: "Português" };
const KEPT_AS = "rounds.language";

let language = "en";
let texts = {};
let plurals = new Intl.PluralRules("en");

/** The language in use, as `lang` and `Accept-Language` have it. */
export const currentLanguage = () => language;

function preferredLanguage() {
  const asked = [localStorage.getItem(KEPT_AS), ...navigator.languages].filter(Boolean);
  return asked.map((each) => each.slice(0, 2).toLowerCase()).find((each) => each in LANGUAGES) ?? "en";
}

/** Load the texts of a language: the one chosen before, or else the browser's. */
export async function loadTexts(wanted = preferredLanguage()) {
  const answer = await fetch(`${document.documentElement.dataset.base}/texts/${wanted}.json`);
  if (!answer.ok) throw new Error(`no texts in ${wanted}`);
  texts = await answer.json();
  language = wanted;
  plurals = new Intl.PluralRules(wanted);
  document.documentElement.lang = wanted;
}

/** Speak another language from now on; whoever calls this draws everything anew. */
export async function chooseLanguage(wanted) {
  localStorage.setItem(KEPT_AS, wanted);
  await loadTexts(wanted);
}

/**
 * The text `key` (`folder.name`), with `{names}` filled in. With a `count`, `key.one` or `key.other` is taken, as the
 * language has it.
 */
export function t(key, values = {}) {
  const chosen = "count" in values && !(key in texts) ? `${key}.${plurals.select(values.count)}` : key;
  const text = texts[chosen] ?? texts[`${key}.other`];
  if (text === undefined) throw new Error(`no text ${key}`);
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/** The word for a value of the API, or the value itself in plain letters where there is none: `heart_rate`. */
export function word(kind, value) {
  if (value === null || value === undefined) return "";
  return texts[`vocabulary.${kind}.${value}`] ?? String(value).replaceAll("_", " ");
}

/** What a measurement is called, a vital sign or a laboratory value: the API's `hemoglobin` is Haemoglobin. */
export function measured(name) {
  const known = texts[`vocabulary.vital.${name}`] ?? texts[`vocabulary.lab.${name}`];
  const plain = name.replaceAll("_", " ");
  return known ?? plain.charAt(0).toUpperCase() + plain.slice(1);
}
