import { readFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";

/** What Vite's manifest says of a file: https://vite.dev/guide/backend-integration */
type ManifestEntry = {
	readonly file: string;
	readonly src?: string;
	readonly css?: readonly string[];
	readonly imports?: readonly string[];
	readonly dynamicImports?: readonly string[];
};

type Manifest = Readonly<Record<string, ManifestEntry>>;

/** Bytes after gzip. Hosting compresses with Brotli where the browser takes it, which is smaller still. */
export type BundleSize = {
	/** What must arrive before the first view is shown: the page, its style sheet and its code. */
	readonly firstView: number;
	/** The chart library, which is loaded after that. */
	readonly charts: number;
};

/** Measures the dashboard as it was built to `folder`. */
export async function measureBundle(folder: string): Promise<BundleSize> {
	const manifest: Manifest = JSON.parse(await readFile(path.join(folder, ".vite/manifest.json"), "utf8"));
	const sizeOf = async (files: Iterable<string>) => {
		const sizes = await Promise.all([...files].map((file) => compressedSize(path.join(folder, file))));
		return sizes.reduce((sum, size) => sum + size, 0);
	};
	const first = filesOf(manifest, "index.html");
	const chartsEntry = Object.keys(manifest).find((key) => key.endsWith("charts/chartjs.ts"));
	if (chartsEntry === undefined) throw new Error("The bundle has no file for the chart library.");
	const charts = [...filesOf(manifest, chartsEntry)].filter((file) => !first.has(file));
	return { firstView: await sizeOf(["index.html", ...first]), charts: await sizeOf(charts) };
}

/** A file with all that it imports at once. */
function filesOf(manifest: Manifest, key: string, found = new Set<string>()): ReadonlySet<string> {
	const entry = manifest[key];
	if (entry === undefined || found.has(entry.file)) return found;
	found.add(entry.file);
	for (const style of entry.css ?? []) found.add(style);
	for (const imported of entry.imports ?? []) filesOf(manifest, imported, found);
	return found;
}

async function compressedSize(file: string): Promise<number> {
	return gzipSync(await readFile(file), { level: 9 }).length;
}
