import { readFileSync } from "node:fs";
import { expect } from "chai";
import { VERSION_COLORS, versionColor } from "../../../web/src/charts/versionColor.ts";

const tokens = readFileSync(new URL("../../../web/src/styles/tokens.css", import.meta.url), "utf8");

describe("a version's colour", () => {
	it("is one of the style sheet", () => {
		for (const version of ["4.2.4", "4.2.4-beta.3", "20260314.1", "beta", "99999999999999999999.1", "❤", "builtin"]) {
			expect(tokens).to.contain(`--${versionColor(version)}:`);
		}
	});

	it("is another one than those of the releases around it", () => {
		const histories = [
			["4.1.8", "4.1.9", "4.2.0", "4.2.1", "4.2.2", "4.2.3"],
			["1.0.0", "1.1.0", "1.2.0", "1.3.0", "1.4.0", "1.5.0"],
			["1.0.0", "2.0.0", "3.0.0", "4.0.0"],
			Array.from({ length: 24 }, (_, index) => `4.${Math.floor(index / 10)}.${index % 10}`),
			["20260312.1", "20260313.1", "20260314.1", "20260315.1"],
		];
		for (const versions of histories) {
			expect(new Set(versions.map(versionColor)).size, String(versions)).to.equal(versions.length);
		}
	});

	it("sets releases apart from what is none", () => {
		expect(versionColor("builtin")).to.equal(versionColor("unknown"));
		expect(versionColor("4.2.4")).not.to.equal(versionColor("builtin"));
	});

	it("is a colour of its own: no two are alike, and none is the red of failures", () => {
		const names = [...tokens.matchAll(/--(version-\w+):/g)].map(([, name]) => String(name));
		expect(names).to.have.length(VERSION_COLORS + 1);
		const colors = [...names, "bad"].map(colorsOf);
		for (const [index, [light, dark]] of colors.entries()) {
			for (const [otherLight, otherDark] of colors.slice(index + 1)) {
				expect(distance(light, otherLight), `${light} and ${otherLight}`).to.be.at.least(LEAST_DISTANCE);
				expect(distance(dark, otherDark), `${dark} and ${otherDark}`).to.be.at.least(LEAST_DISTANCE);
			}
		}
	});

	// https://www.w3.org/WAI/WCAG22/Understanding/non-text-contrast
	it("stands out from the page, light and dark", () => {
		const [lightSurface, darkSurface] = colorsOf("surface");
		for (const [, name] of tokens.matchAll(/--(version-\w+):/g)) {
			const [light, dark] = colorsOf(String(name));
			expect(contrast(light, lightSurface), `${name}, light`).to.be.at.least(3);
			expect(contrast(dark, darkSurface), `${name}, dark`).to.be.at.least(3);
		}
	});
});

function colorsOf(name: string): [light: string, dark: string] {
	const [, light = "", dark = ""] = new RegExp(`--${name}: light-dark\\((#\\w{6}), (#\\w{6})\\)`).exec(tokens) ?? [];
	return [light, dark];
}

/** In OKLab some 0.02 is just seen: https://www.w3.org/TR/css-color-4/#color-difference-OK */
const LEAST_DISTANCE = 0.07;

function distance(a: string, b: string): number {
	const [labA, labB] = [okLab(a), okLab(b)];
	return Math.hypot(...labA.map((value, index) => value - (labB[index] ?? 0)));
}

/** https://www.w3.org/TR/css-color-4/#color-conversion-code */
function okLab(color: string): readonly number[] {
	const [red = 0, green = 0, blue = 0] = linear(color);
	const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
	const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
	const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
	return [
		0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
		1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
		0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
	];
}

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(a: string, b: string): number {
	const [darker = 0, lighter = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
	return (lighter + 0.05) / (darker + 0.05);
}

function luminance(color: string): number {
	const [red = 0, green = 0, blue = 0] = linear(color);
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Red, green and blue between 0 and 1, as light adds up. */
function linear(color: string): readonly number[] {
	return [1, 3, 5]
		.map((start) => Number.parseInt(color.slice(start, start + 2), 16) / 255)
		.map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
}
