import { existsSync, readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import path from "node:path";
import { expect } from "chai";
import { ROOT } from "../../scripts/cli/steps.ts";

/** The parts of the house, and from which others each may import. docs/architecture.md draws them. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
	"functions/src": [],
	shared: [],
	metrics: ["functions/src"],
	"functions/admin": ["functions/src"],
	scripts: ["functions/src", "functions/admin", "metrics", "shared"],
	"web/src": ["functions/src", "metrics", "shared"],
	bench: ["functions/src", "metrics", "shared", "scripts"],
	test: ["functions/src", "functions/admin", "metrics", "shared", "scripts", "web/src", "bench"],
};

/** The rooms of a part, from the bottom to the top: each imports from those before it, never from one above it. */
const ROOMS: Readonly<Record<string, string>> = {
	"functions/src":
		"forgetOldest.ts events config.ts firestore devices releases logs.ts http counters ingest watch webhooks health wiring.ts index.ts",
	"functions/admin": "rejudge.ts recount erasure hidden limits pause members tokens webhooks alerts",
	scripts: "cli emulators fleet deploy report browser.ts commands install.mjs",
	"web/src": "styles address data ui charts session setup device overview release Header.tsx App.tsx main.tsx",
	test: "fixtures support faults unit rules attacks emulator commands suite web deploy",
};

const IMPORT = /(?:from|import)\s*\(?\s*["'](\.{1,2}\/[^"']+)["']/g;

type Import = { readonly from: string; readonly to: string };

describe("the imports", () => {
	let imports: readonly Import[];

	before(async () => {
		imports = await findImports();
	});

	it("are found", () => {
		expect(imports).to.deep.include({ from: "functions/src/index.ts", to: "functions/src/wiring.ts" });
		expect(imports.length).to.be.greaterThan(1_000);
	});

	it("go from each part to those alone from which it may import", () => {
		const wrong = imports.filter(({ from, to }) => {
			const [part, imported] = [partOf(from), partOf(to)];
			return part !== imported && !PARTS[part]?.includes(imported);
		});
		expect(wrong).to.deep.equal([]);
	});

	it("go from no room to one above it", () => {
		const wrong = imports.filter(({ from, to }) => {
			const part = partOf(from);
			const rooms = ROOMS[part]?.split(" ");
			return rooms && part === partOf(to) && indexOf(rooms, from, part) < indexOf(rooms, to, part);
		});
		expect(wrong).to.deep.equal([]);
	});

	it("make no circle", () => {
		const targets = Map.groupBy(imports, ({ from }) => from);
		const done = new Set<string>();
		const circleFrom = (file: string, trail: readonly string[]): readonly string[] => {
			if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file];
			if (done.has(file)) return [];
			for (const { to } of targets.get(file) ?? []) {
				const circle = circleFrom(to, [...trail, file]);
				if (circle.length > 0) return circle;
			}
			done.add(file);
			return [];
		};
		for (const file of targets.keys()) expect(circleFrom(file, [])).to.deep.equal([]);
	});

	it("are drawn in docs/architecture.md, each room in its place", () => {
		const drawn = readFileSync(path.join(ROOT, "docs/architecture.md"), "utf8");
		for (const [part, others] of Object.entries(PARTS)) {
			const allowed = others.length === 0 ? "nothing" : others.map((other) => `\`${other}\``).join(", ");
			const rooms =
				ROOMS[part]
					?.split(" ")
					.map((room) => `\`${room}\``)
					.join(" → ") ?? "";
			expect(drawn).to.include(`| \`${part}\` | ${allowed} | ${rooms} |`);
		}
	});

	it("of a change begin in files that are there", () => {
		const [, table = ""] = readFileSync(path.join(ROOT, "docs/architecture.md"), "utf8").split(
			"## Where a change goes",
		);
		const files = [...table.matchAll(/`([\w.]+\/[\w./]+)`/g)].flatMap(([, file]) => file ?? []);
		expect(files).to.include("functions/src/events/actions.ts");
		expect(files.filter((file) => !existsSync(path.join(ROOT, file)))).to.deep.equal([]);
	});
});

/** Every import of a file of the house by another, as paths from the project's folder. */
async function findImports(): Promise<readonly Import[]> {
	const imports: Import[] = [];
	for await (const file of glob(
		Object.keys(PARTS).map((part) => `${part}/**/*.{ts,tsx,mjs}`),
		{ cwd: ROOT },
	)) {
		const from = file.split(path.sep).join("/");
		for (const [, place = ""] of readFileSync(path.join(ROOT, file), "utf8").matchAll(IMPORT)) {
			const to = path.posix.join(path.posix.dirname(from), place);
			if (partOf(to) !== "") imports.push({ from, to });
		}
	}
	return imports;
}

/** Empty for what lies outside of the house, such as a package. */
function partOf(file: string): string {
	return (
		Object.keys(PARTS).find((part) => file.startsWith(`${part}/`)) ?? (/node_modules|\/lib\//.test(file) ? "" : file)
	);
}

function indexOf(rooms: readonly string[], file: string, part: string): number {
	const room = file.slice(part.length + 1).split("/")[0] ?? "";
	const index = rooms.indexOf(room);
	if (index === -1) throw new Error(`${file} lies in no room that is known: name its place in ROOMS.`);
	return index;
}
