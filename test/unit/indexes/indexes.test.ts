import { readFileSync } from "node:fs";
import { expect } from "chai";
import { parseEvent } from "../../../functions/src/events/schema.ts";
import { deviceState, eventDocument, type ReceivedEvent } from "../../../functions/src/firestore/documents.ts";
import { COLLECTIONS } from "../../../functions/src/firestore/paths.ts";
import { allIndexes, type Index, readIndexConfig, validateWithFirebaseCli } from "./indexConfig.ts";
import { automaticIndexEntries, configuredIndexEntries } from "./indexEntries.ts";
import { NEEDED_INDEXES } from "./neededIndexes.ts";

describe("firestore.indexes.json", () => {
	const config = readIndexConfig();

	it("passes the Firebase CLI's own validator", () => {
		expect(() => validateWithFirebaseCli(config)).not.to.throw();
	});

	it("would not pass it with a scope that does not exist", () => {
		const [index] = config.indexes;
		expect(() => validateWithFirebaseCli({ indexes: [{ ...index, queryScope: "PROJECT" }] })).to.throw("queryScope");
	});

	it("has every index that a query of the product needs, and no other", () => {
		const needed = new Set(NEEDED_INDEXES.map(describeIndex));
		expect(allIndexes(config).map(describeIndex)).to.have.members([...needed]);
	});

	it("turns automatic indexes off for every collection", () => {
		const closed = config.fieldOverrides.filter(({ fieldPath, indexes }) => fieldPath === "*" && indexes.length === 0);
		expect(closed.map(({ collectionGroup }) => collectionGroup)).to.have.members(Object.values(COLLECTIONS));
	});

	it("deletes events, and nothing else, by expire_at", () => {
		const policies = config.fieldOverrides.filter(({ ttl }) => ttl === true);
		expect(policies).to.deep.equal([{ collectionGroup: "events", fieldPath: "expire_at", ttl: true, indexes: [] }]);
	});

	it("says nothing of a TTL where it means every field: Firestore refuses that", () => {
		expect(config.fieldOverrides.filter((field) => field.fieldPath === "*" && "ttl" in field)).to.deep.equal([]);
	});
});

describe("docs/indexes.md", () => {
	const config = readIndexConfig();
	const guide = readFileSync(new URL("../../../docs/indexes.md", import.meta.url), "utf8");

	const installed = received({ action: "set", old_version_name: "3.4.6" });
	const failed = received({ action: "download_manifest_file_fail", metadata: { url: "https://cdn.example/main.js" } });

	const ROWS = {
		"an event: a version was installed": ["events", eventDocument(installed, 90)],
		"an event: a file could not be downloaded": ["events", eventDocument(failed, 90)],
		"a device's state": ["devices", { ...deviceState([installed]), first_seen_at: new Date(0) }],
	} as const;

	for (const [row, [collection, document]] of Object.entries(ROWS)) {
		it(`tells the index entries of ${row}`, () => {
			const before = automaticIndexEntries(document);
			const after = configuredIndexEntries(collection, document, config);
			const told = guide.split("\n").find((line) => line.startsWith(`| ${row} |`));
			expect(told).to.equal(`| ${row} | ${before} | ${after} |`);
		});
	}
});

/** `events COLLECTION: occurred_at DESCENDING` */
function describeIndex({ collectionGroup, queryScope, fields }: Index): string {
	return `${collectionGroup} ${queryScope}: ${fields.map(({ fieldPath, order }) => `${fieldPath} ${order}`).join(", ")}`;
}

/** An event as a current Android plugin sends it. */
function received(fields: object): ReceivedEvent {
	const parsed = parseEvent({
		platform: "android",
		device_id: "0b5f3a52-6c1e-4a43-9d53-0d8f1d1c9a11",
		app_id: "com.example.shop",
		version_build: "3.4.0",
		version_code: "30400",
		version_os: "15",
		version_name: "3.4.7",
		plugin_version: "8.51.14",
		is_emulator: false,
		is_prod: true,
		install_source: "play_store",
		custom_id: "till-7",
		timestamp: 1_795_409_300_123,
		...fields,
	});
	if (!parsed.ok) throw new Error(`Not an event: ${JSON.stringify(parsed.issues)}`);
	return { id: "event", event: parsed.event, receivedAt: 1_795_409_301_000 };
}
