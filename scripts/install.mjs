// Runs before each command, on whatever Node the machine has, when nothing is installed yet: plain JavaScript without a
// dependency. What comes after it has node_modules/.bin, and with it Node 24, first on the PATH.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { findJava, installJava, oldestJava } from "./emulators/java.mjs";

const USAGE = `Installs what the project needs and does not have yet: its packages and those of functions/.

Usage: node scripts/install.mjs
       node scripts/install.mjs --java      make sure of Java too, which the Firestore emulator needs
       node scripts/install.mjs --deploy    the Firebase CLI that deploys too, the packages of deploy/

npm runs it before each command. It does nothing when all is there.`;

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** The root comes first: it brings the Node with which npm then chooses the packages of the functions. */
const PACKAGES = [
	{ name: "the tools", folder: ROOT },
	{ name: "the functions' packages", folder: path.join(ROOT, "functions") },
	...(process.argv.includes("--deploy")
		? [{ name: "the Firebase CLI that deploys", folder: path.join(ROOT, "deploy") }]
		: []),
];

if (process.argv.includes("--help")) {
	console.log(USAGE);
} else {
	process.exitCode = main();
}

/** @returns {number} the exit code */
function main() {
	if (process.argv.includes("--java") && findJava(process.env["PATH"] ?? "", process.platform) === undefined) {
		const { devDependencies } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8"));
		const install = installJava(oldestJava(devDependencies["firebase-tools"]));
		console.error(`The Firestore emulator needs Java, and there is none. ${install}`);
		return 1;
	}
	for (const { name, folder } of PACKAGES) {
		if (!isInstalled(folder) && !install(name, folder)) {
			console.error(`Installing ${name} failed. Correct what npm says above, then run the same command again.`);
			return 1;
		}
	}
	return 0;
}

/**
 * Whether node_modules holds what package-lock.json lists, as npm itself noted it after its last install.
 * @param {string} folder
 */
function isInstalled(folder) {
	const noted = path.join(folder, "node_modules/.package-lock.json");
	if (!existsSync(noted)) return false;
	const installed = readPackages(noted);
	const wanted = readPackages(path.join(folder, "package-lock.json"));
	return Object.entries(wanted).every(([location, { version, optional }]) => {
		const found = installed[location];
		// npm leaves out an optional package that is for another system.
		return location === "" || (found === undefined ? optional === true : found.version === version);
	});
}

/**
 * @param {string} lockFile
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
function readPackages(lockFile) {
	return JSON.parse(readFileSync(lockFile, "utf8")).packages;
}

/**
 * @param {string} name
 * @param {string} folder
 * @returns {boolean} whether it worked
 */
function install(name, folder) {
	console.log(
		`Installing ${name} (npm ci in ${path.relative(process.cwd(), folder) || "."}); this may take a minute …`,
	);
	const start = performance.now();
	// NODE_ENV=production would leave out the tools.
	const args = ["ci", "--include=dev", "--no-audit", "--no-fund"];
	const { status } = runNpm(args, folder);
	console.log(`  ${status === 0 ? "done" : "failed"} after ${((performance.now() - start) / 1000).toFixed(1)} s`);
	return status === 0;
}

/**
 * Runs npm: the one that runs this script, if any does. An optional package that the running Node is too old for would
 * be left out, so from the second install on it is the project's own Node that runs npm.
 * @param {string[]} args
 * @param {string} folder
 */
function runNpm(args, folder) {
	const bin = path.join(ROOT, "node_modules/.bin");
	const options = /** @type {const} */ ({
		cwd: folder,
		stdio: "inherit",
		env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env["PATH"]}` },
	});
	const ownNode = path.join(bin, "node");
	const node = folder !== ROOT && existsSync(ownNode) ? ownNode : process.execPath;
	const npm = process.env["npm_execpath"];
	return npm === undefined
		? spawnSync("npm", args, { ...options, shell: process.platform === "win32" })
		: spawnSync(node, [npm, ...args], options);
}
