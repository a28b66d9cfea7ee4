// Dates, times and numbers as people read them: in their language and their local time.

import { currentLanguage, t } from "./texts.js";

const formats = new Map();

function format(name, make) {
  const key = `${currentLanguage()} ${name}`;
  if (!formats.has(key)) formats.set(key, make(currentLanguage() === "en" ? "en-GB" : "pt-PT"));
  return formats.get(key);
}

/** A day: 9 Mar 2026. A day of the API (`2026-03-09`) belongs to no time zone. */
export function day(value) {
  if (!value) return "";
  const dated = /^\d{4}-\d{2}-\d{2}$/.test(value);
  const options = { day: "numeric", month: "short", year: "numeric" };
  return format(dated ? "utc day" : "day", (locale) =>
    new Intl.DateTimeFormat(locale, dated ? { ...options, timeZone: "UTC" } : options),
  ).format(new Date(value));
}

/** What the API tells of a time as exactly as a note has it: a year, a month, a day or a moment; else its own words. */
export function partialDay(value) {
  if (!value) return "";
  if (/^\d{4}-\d{2}-\d{2}/.test(value)) return day(value);
  if (!/^\d{4}-\d{2}$/.test(value)) return value;
  return format("month", (locale) =>
    new Intl.DateTimeFormat(locale, { month: "short", year: "numeric", timeZone: "UTC" }),
  ).format(new Date(`${value}-01`));
}

/** A time of the day: 14:30. */
export function time(value) {
  return format("time", (locale) =>
    new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
  ).format(new Date(value));
}

/** A moment: 9 Mar 2026, 14:30. */
export function moment(value) {
  return value ? `${day(value)}, ${time(value)}` : "";
}

const STEPS = [
  ["year", 365 * 86_400],
  ["month", 30 * 86_400],
  ["week", 7 * 86_400],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** How far a moment is from now: 3 days ago, in 2 hours. */
export function ago(value) {
  const seconds = (new Date(value) - Date.now()) / 1000;
  const relative = format("relative", (locale) => new Intl.RelativeTimeFormat(locale, { numeric: "auto" }));
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return t("shell.now");
}

/** A number with as many decimals as it has, three at most. */
export function number(value) {
  return format("number", (locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: 3 })).format(value);
}

/** A share: 12 %. */
export function percent(share) {
  return format("percent", (locale) => new Intl.NumberFormat(locale, { style: "percent" })).format(share);
}

/** Ten digits as they are read aloud: 943 476 5919. */
export function nhsNumber(value) {
  return value ? `${value.slice(0, 3)} ${value.slice(3, 6)} ${value.slice(6)}` : "";
}

/** So many bytes: 48 kB. */
export function bytes(count) {
  const [value, unit] = count < 1e6 ? [Math.max(1, count / 1e3), "kilobyte"] : [count / 1e6, "megabyte"];
  return format(unit, (locale) =>
    new Intl.NumberFormat(locale, { style: "unit", unit, maximumFractionDigits: unit === "megabyte" ? 1 : 0 }),
  ).format(value);
}
