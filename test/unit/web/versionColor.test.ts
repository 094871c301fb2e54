import { readFileSync } from "node:fs";
import { expect } from "chai";
import { versionColor } from "../../../web/src/charts/versionColor.ts";

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

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(a: string, b: string): number {
	const [darker = 0, lighter = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
	return (lighter + 0.05) / (darker + 0.05);
}

function luminance(color: string): number {
	const [red = 0, green = 0, blue = 0] = [1, 3, 5]
		.map((start) => Number.parseInt(color.slice(start, start + 2), 16) / 255)
		.map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
