import { readFileSync } from "node:fs";
import { expect } from "chai";
import { dollarsForStorage } from "../../../bench/prices.ts";
import { RETENTION_DAYS as RETENTION } from "../../../functions/src/config.ts";
import { planCommit } from "../../../functions/src/counters/commitPlan.ts";
import { countedMark } from "../../../functions/src/counters/countedMark.ts";
import { devicePathOf } from "../../../functions/src/counters/storedEvent.ts";
import { nestedFields } from "../../../functions/src/devices/deviceDocument.ts";
import { eventDocument } from "../../../functions/src/firestore/documents.ts";
import { COLLECTIONS } from "../../../functions/src/firestore/paths.ts";
import { settingDefault } from "../../../scripts/cli/settingDefault.ts";
import { receivedEvent } from "../../support/receivedEvent.ts";
import { uncountedEvent } from "../../support/uncountedEvent.ts";
import { allIndexes, type Index, type IndexedField, readIndexConfig, validateWithFirebaseCli } from "./indexConfig.ts";
import { automaticIndexEntries, configuredIndexEntries } from "./indexEntries.ts";
import { NEEDED_INDEXES } from "./neededIndexes.ts";
import { documentSize, storageSize } from "./storageSize.ts";

const RETENTION_DAYS = settingDefault(RETENTION);

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

	it("deletes events and devices, and nothing else, by expire_at", () => {
		const policies = config.fieldOverrides.filter(({ ttl }) => ttl === true);
		expect(policies).to.have.deep.members([
			{ collectionGroup: "events", fieldPath: "expire_at", ttl: true, indexes: [] },
			{ collectionGroup: "devices", fieldPath: "expire_at", ttl: true, indexes: [] },
		]);
	});

	it("says nothing of a TTL where it means every field: Firestore refuses that", () => {
		expect(config.fieldOverrides.filter((field) => field.fieldPath === "*" && "ttl" in field)).to.deep.equal([]);
	});
});

describe("docs/indexes.md", () => {
	const config = readIndexConfig();
	const guide = readFileSync(new URL("../../../docs/indexes.md", import.meta.url), "utf8");

	const installed = storedEvent({ action: "set", old_version_name: "3.4.6" });
	const failed = storedEvent({
		action: "download_manifest_file_fail",
		metadata: { url: "https://cdn.example/main.js" },
	});

	const ROWS = {
		"an event that is not counted yet": ["events", installed.uncounted],
		"a counted event: a version was installed": ["events", installed.counted],
		"a counted event: a file could not be downloaded": ["events", failed.counted],
		"a device": ["devices", installed.device],
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

describe("what docs/operations.md says of the costs", () => {
	const config = readIndexConfig();
	const read = (file: string) => readFileSync(new URL(`../../../docs/${file}`, import.meta.url), "utf8");
	const rowOf = (text: string, name: string) =>
		text.split("\n").find((line) => line.startsWith(`| ${name} |`)) ?? `no row ${name}`;
	const { path, counted, device } = storedEvent({ action: "set", old_version_name: "3.4.6" });

	it("counts the bytes of Firestore's own example as its documentation does", () => {
		const task = { type: "Personal", done: false, priority: 1, description: "Learn Cloud Firestore" };
		expect(documentSize("users/jeff/tasks/my_task_id", task)).to.equal(147);
	});

	for (const { row, bytes, days } of [
		{
			row: `a million events, kept ${RETENTION_DAYS} days`,
			bytes: storageSize(path, counted, config),
			days: RETENTION_DAYS,
		},
		{
			row: "a million devices, kept a year",
			bytes: storageSize(path.split("/").slice(0, -2).join("/"), device, config),
			days: 365,
		},
	]) {
		it(`is what ${row}, come to`, () => {
			const dollars = (["us-central1", "nam5", "eur3"] as const).map((at) =>
				dollarsForStorage(bytes, days, at).toFixed(2),
			);
			expect(dollars[1]).to.equal(dollars[2]);
			expect(rowOf(read("operations.md"), row)).to.equal(
				`| ${row} | ${bytes.toLocaleString("en")} bytes each | $${dollars[0]} | $${dollars[1]} |`,
			);
		});
	}
});

/** `events COLLECTION: occurred_at DESCENDING` */
function describeIndex({ collectionGroup, queryScope, fields }: Index): string {
	return `${collectionGroup} ${queryScope}: ${fields.map(describeField).join(", ")}`;
}

function describeField(field: IndexedField): string {
	return `${field.fieldPath} ${"order" in field ? field.order : field.arrayConfig}`;
}

/** An event as a current Android plugin sends it, with the documents that it makes. */
function storedEvent(fields: object) {
	const received = receivedEvent("com.example.shop", {
		is_emulator: false,
		is_prod: true,
		install_source: "play_store",
		custom_id: "till-7",
		timestamp: 1_795_409_300_123,
		...fields,
	});
	const uncounted = eventDocument(received, 90);
	const event = uncountedEvent(received);
	const devices = new Map([[devicePathOf(event), { device: undefined, updateTime: undefined }]]);
	const room = { day: event.day, ofApps: new Map([[event.appId, 1]]) };
	const plan = planCommit([event], devices, room, { countedAs: (action) => action, deviceRetentionDays: 400 });
	const { uncounted_since, ...kept } = uncounted;
	const marks = plan.events.map(({ event, ledger }) => countedMark(event, ledger, 0));
	const { uncounted_since: removed, ...counted } = Object.assign({}, kept, ...marks);
	return {
		path: event.ref.path,
		uncounted,
		counted,
		device: nestedFields(plan.devices.flatMap(({ fields }) => fields)),
	};
}
