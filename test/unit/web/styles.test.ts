import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";

const ROOT = path.join(import.meta.dirname, "../../../web/src");

/** Folders of what views share. Every other folder with a style sheet is a view. */
const SHARED = ["styles", "ui", "charts"];

const TOKENS = "styles/tokens.css";

const styleSheets = sources("css");
const components = sources("tsx").map((file) => ({ ...file, classes: classesNamedIn(file.text) }));
const selectors = styleSheets.flatMap(({ file, text }) => selectorsOf(text).map((selector) => ({ file, selector })));

describe("style sheets", () => {
	it("have no rule for a class that no component names", () => {
		const named = new Set(components.flatMap(({ classes }) => [...classes]));
		const unused = selectors.filter(({ selector }) => classesIn(selector).some((name) => !named.has(name)));
		expect(unused).to.deep.equal([]);
	});

	it("stand beside what they are for: a rule names a class that its folder's components alone have", () => {
		const misplaced = selectors.filter(({ file, selector }) => !isInPlace(path.dirname(file), classesIn(selector)));
		expect(misplaced).to.deep.equal([]);
	});

	it("have their colours in one file", () => {
		const literal = /#[\da-f]{3,8}\b|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|light-dark)\(/gi;
		const elsewhere = [...styleSheets, ...sources("tsx"), ...sources("ts")].filter(({ file }) => file !== TOKENS);
		const found = elsewhere.flatMap(({ file, text }) => (text.match(literal) ?? []).map((color) => ({ file, color })));
		expect(found).to.deep.equal([]);
	});

	it("have no token without a use, and use none that isn't there", () => {
		const tokens = new Set(textOf(TOKENS).match(/--[\w-]+(?=:)/g));
		const inStyles = styleSheets.flatMap(({ text }) => text.match(/(?<=var\()--[\w-]+/g) ?? []);
		const inCode = [...sources("tsx"), ...sources("ts")].map(({ text }) => text).join("\n");
		const isNamed = (token: string) =>
			inCode.includes(token) || inCode.includes(`"${token.slice(2)}"`) || /^--(series|version)-\d+$/.test(token);
		expect([...tokens].filter((token) => !inStyles.includes(token) && !isNamed(token))).to.deep.equal([]);
		expect(inStyles.filter((token) => !tokens.has(token))).to.deep.equal([]);
	});
});

/** Whether a rule with these classes belongs into a folder. */
function isInPlace(folder: string, classes: readonly string[]): boolean {
	const usersOf = (name: string) =>
		new Set(components.filter((file) => file.classes.has(name)).map(({ file }) => path.dirname(file)));
	if (folder === "styles") {
		return classes.length === 0 || classes.some((name) => usersOf(name).size > 1 || usersOf(name).has("."));
	}
	const others = (name: string) =>
		[...usersOf(name)].filter((user) => user !== folder && user !== "." && !SHARED.includes(user));
	return classes.some((name) => usersOf(name).has(folder) && (SHARED.includes(folder) || others(name).length === 0));
}

function sources(ending: string): readonly { readonly file: string; readonly text: string }[] {
	return globSync(`**/*.${ending}`, { cwd: ROOT }).map((file) => ({ file, text: textOf(file) }));
}

/** A file without its comments. */
function textOf(file: string): string {
	return readFileSync(path.join(ROOT, file), "utf8")
		.replaceAll(/\/\*.*?\*\//gs, "")
		.replaceAll(/(?<=^|\s)\/\/.*$/gm, "");
}

function selectorsOf(css: string): readonly string[] {
	return [...css.matchAll(/([^{};]+)\{/g)].map(([, head = ""]) => head.trim()).filter((head) => !head.startsWith("@"));
}

function classesIn(selector: string): readonly string[] {
	return [...selector.matchAll(/\.([a-z][\w-]*)/gi)].map(([, name = ""]) => name);
}

/**
 * The classes that a component's `class` attributes name. Where one is put together, `badge-${tone}`, its second half is any
 * string of the file.
 */
function classesNamedIn(tsx: string): ReadonlySet<string> {
	const words = (text: string) =>
		[...text.matchAll(/"([^"\n]*)"|`([^`]*)`/g)].flatMap(([, quoted, template]) =>
			(quoted ?? template ?? "").split(/[^\w-]+/),
		);
	const anyWord = words(tsx);
	const attributes = classAttributesOf(tsx);
	const halves = attributes.flatMap((attribute) => attribute.match(/[\w-]+-(?=\$\{)/g) ?? []);
	return new Set([...attributes.flatMap(words), ...halves.flatMap((half) => anyWord.map((word) => `${half}${word}`))]);
}

/** The values of `class`, strings with their quotes and expressions with their braces. */
function classAttributesOf(tsx: string): readonly string[] {
	return [...tsx.matchAll(/\bclass=/g)].map(({ index }) => {
		const start = index + "class=".length;
		if (tsx[start] === '"') return tsx.slice(start, tsx.indexOf('"', start + 1) + 1);
		let depth = 0;
		for (let end = start; end < tsx.length; end += 1) {
			if (tsx[end] === "{") depth += 1;
			if (tsx[end] === "}") depth -= 1;
			if (depth === 0) return tsx.slice(start, end + 1);
		}
		return "";
	});
}
