/** Light, dark, or what the system prefers. */
export type Theme = "system" | "light" | "dark";

const STORAGE_KEY = "theme";

/** The theme that the user chose here before. */
export function storedTheme(): Theme {
	const stored = localStorage.getItem(STORAGE_KEY);
	return stored === "light" || stored === "dark" ? stored : "system";
}

/** Shows the page in a theme and remembers it. It tells by an event, since charts draw with the theme's colours. */
export function applyTheme(theme: Theme): void {
	localStorage.setItem(STORAGE_KEY, theme);
	if (theme === "system") delete document.documentElement.dataset["theme"];
	else document.documentElement.dataset["theme"] = theme;
	dispatchEvent(new Event(THEME_CHANGED));
}

/** The event of a changed theme, on the window. */
export const THEME_CHANGED = "themechanged";
