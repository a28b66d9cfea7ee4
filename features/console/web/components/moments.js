// Fields of days and times: what the browser's own have, in local time, and what the API has.

/** A moment of the API as `<input type="datetime-local">` has it. */
export function asLocal(value) {
  if (!value) return "";
  const date = new Date(value);
  return `${asDay(date)}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** What such a field has, as a moment of the API; null when it is empty. */
export const fromLocal = (value) => (value ? new Date(value).toISOString() : null);

/** The local day of a Date as `<input type="date">` has it. */
export const asDay = (date) => `${String(date.getFullYear()).padStart(4, "0")}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;

/** The local midnight at which a day begins, `days` later. */
export function midnight(day, days = 0) {
  const [year, month, date] = day.split("-").map(Number);
  return new Date(year, month - 1, date + days);
}

const two = (value) => String(value).padStart(2, "0");
