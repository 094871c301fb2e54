import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";

type Package = {
	readonly version?: string;
	readonly integrity?: string;
	readonly resolved?: string;
	readonly link?: boolean;
	readonly hasInstallScript?: boolean;
};

type Manifest = { readonly allowScripts?: Readonly<Record<string, boolean>> };

/** The only package whose install script may run: it links Node 24 into node_modules/.bin. */
const APPROVED = ["node"];

const ROOT = path.join(import.meta.dirname, "../..");
const FOLDERS = globSync("{.,*}/package.json", { cwd: ROOT, exclude: ["node_modules"] }).map(path.dirname);

describe("the supply chain", () => {
	it("is looked at in each package of the project", () => {
		expect(FOLDERS).to.include.members([".", "functions"]);
	});

	for (const folder of FOLDERS) {
		describe(path.join(folder, "package-lock.json"), () => {
			const { packages } = readJson<{ packages: Readonly<Record<string, Package>> }>(folder, "package-lock.json");
			const { allowScripts = {} } = readJson<Manifest>(folder, "package.json");
			const dependencies = Object.entries(packages).filter(([location, { link }]) => location !== "" && !link);

			it("pins every dependency to one version and its content", () => {
				const loose = dependencies.filter(
					([, { version = "", integrity = "" }]) =>
						!/^\d+\.\d+\.\d+(-[\w.-]+)?(\+[\w.-]+)?$/.test(version) || !/^sha512-[\w+/]{86}==$/.test(integrity),
				);
				expect(loose).to.deep.equal([]);
			});

			it("takes packages from the registry only, whichever that is", () => {
				const elsewhere = dependencies.filter(([, { resolved }]) => resolved !== undefined);
				expect(elsewhere).to.deep.equal([]);
			});

			it("has a decision on every install script", () => {
				const scripted = dependencies.filter(([, { hasInstallScript }]) => hasInstallScript).map(([at]) => nameOf(at));
				expect(Object.keys(allowScripts)).to.have.members([...new Set(scripted)]);
			});

			it("lets only the approved install scripts run", () => {
				const allowed = Object.keys(allowScripts).filter((name) => allowScripts[name]);
				expect(APPROVED).to.include.members(allowed);
			});
		});
	}
});

function readJson<T>(folder: string, file: string): T {
	return JSON.parse(readFileSync(path.join(ROOT, folder, file), "utf8"));
}

/** The package at a place of the tree: `node_modules/a/node_modules/@b/c` is `@b/c`. */
function nameOf(location: string): string {
	return location.slice(location.lastIndexOf("node_modules/") + "node_modules/".length);
}
