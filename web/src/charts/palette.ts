import type { ActionKind } from "../../../functions/src/events/actions.ts";
import { NO_RELEASE_COLOR, VERSION_COLORS } from "./versionColor.ts";

/** The colours of the present theme, from the style sheet: `palette("accent")` is `--accent`. */
export type Palette = (name: string) => string;

/** Reads the present theme's colours. Only a property such as `color` says which side of a `light-dark()` is in use. */
export function readPalette(): Palette {
	const probe = document.createElement("span");
	document.body.append(probe);
	const colors = new Map(
		COLORS.map((name) => {
			probe.style.color = `var(--${name})`;
			return [name, getComputedStyle(probe).color] as const;
		}),
	);
	probe.remove();
	return (name) => colors.get(name) ?? "";
}

const COLORS: readonly string[] = [
	...["text", "muted", "border", "border-strong", "surface-raised", "bad", NO_RELEASE_COLOR],
	...Array.from({ length: 8 }, (_, index) => `series-${index + 1}`),
	...Array.from({ length: VERSION_COLORS }, (_, index) => `version-${index}`),
];

/** The colour of each kind of action. */
export const KIND_COLORS: Readonly<Record<ActionKind, string>> = {
	install: "series-1",
	failure: "bad",
	health: "series-4",
	progress: "series-2",
	lifecycle: "series-7",
	bundle: "series-3",
	refusal: "series-5",
	channel: "series-6",
	custom: "series-8",
};
