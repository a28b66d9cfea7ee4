// Light or dark: as the system has it, unless chosen here.

const KEPT_AS = "rounds.theme";
export const THEMES = ["system", "light", "dark"];

/** What was chosen. */
export const currentTheme = () => localStorage.getItem(KEPT_AS) ?? "system";

/** Show the page as chosen. */
export function applyTheme() {
  document.documentElement.dataset.theme = currentTheme();
}

/** Choose one of THEMES. */
export function chooseTheme(theme) {
  localStorage.setItem(KEPT_AS, theme);
  applyTheme();
}
