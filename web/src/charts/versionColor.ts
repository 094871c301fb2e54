import { isRelease } from "../../../functions/src/releases/releaseBefore.ts";

/** Colours that versions share among them. A prime number: see {@link versionColor}. */
export const VERSION_COLORS = 29;

/** The colour of what is no release: the bundle that came with the app, and updates that aren't named. */
export const NO_RELEASE_COLOR = "version-none";

/**
 * The colour of a version, a name of the style sheet. It depends on the version's name alone, so that it is the same on
 * every view and stays the same whatever is released later.
 *
 * The numbers of the name are read as one, modulo a prime: releases that follow each other (4.1.9, 4.2.0, 4.2.1) have
 * different colours, whichever of their numbers grows. As many as there are colours differ, more than one view shows at first.
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
