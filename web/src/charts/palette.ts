import type { ActionKind } from "../../../functions/src/events/actions.ts";
import { isRelease } from "../../../functions/src/releases/releaseBefore.ts";

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

/** Colours that versions share among them. A prime number: see {@link versionColor}. */
const VERSION_COLORS = 13;

/** The colour of what is no release: the bundle that came with the app, and updates that aren't named. */
const NO_RELEASE_COLOR = "version-none";

const COLORS: readonly string[] = [
	...["text", "muted", "border", "border-strong", "surface-raised", "bad", NO_RELEASE_COLOR],
	...Array.from({ length: 8 }, (_, index) => `series-${index + 1}`),
	...Array.from({ length: VERSION_COLORS }, (_, index) => `version-${index}`),
];

/**
 * The colour of a version, a name of the style sheet. It depends on the version's name alone, so that it is the same on
 * every view and stays the same whatever is released later.
 *
 * The numbers of the name are read as one, modulo a prime: releases that follow each other (4.1.9, 4.2.0, 4.2.1) have
 * different colours, whichever of their numbers grows.
 */
export function versionColor(version: string): string {
	if (!isRelease(version)) return NO_RELEASE_COLOR;
	const numbers = version.match(/\d+/g) ?? [...version].map((character) => String(character.codePointAt(0)));
	const slot = numbers.reduce((sum, number) => (sum * 10 + moduloOf(number)) % VERSION_COLORS, 0);
	return `version-${slot}`;
}

function moduloOf(digits: string): number {
	return [...digits].reduce((sum, digit) => (sum * 10 + Number(digit)) % VERSION_COLORS, 0);
}

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

/** The colours of things that have none of their own, such as versions, in the order of their use. */
export const SERIES_COLORS = ["series-1", "series-2", "series-3", "series-5", "series-6", "series-7"] as const;
