import { expect } from "chai";
import type { ReceivedEvent } from "../../../functions/src/firestore/documents.ts";
import { versionPath } from "../../../functions/src/firestore/paths.ts";
import { createNewVersionBound } from "../../../functions/src/ingest/newVersions.ts";
import { receivedEvent } from "../../support/receivedEvent.ts";

const APP = "com.example.versions";
const NOON = Date.UTC(2026, 10, 25, 12);
const DAY_MS = 24 * 60 * 60 * 1_000;

describe("createNewVersionBound", () => {
	it("changes nothing where no bound is set", async () => {
		const { bound, asked } = app({ maxPerDay: 0 });
		const events = madeUp(500);
		expect(await bound(events)).to.equal(events);
		expect(asked()).to.equal(0);
	});

	it("asks nothing for the versions of a usual app", async () => {
		const { bound, asked } = app({ maxPerDay: 200 });
		const names = await namesOf(
			bound,
			Array.from({ length: 300 }, (_, index) => `3.4.${index % 10}`),
		);
		expect(new Set(names).size).to.equal(10);
		expect(asked()).to.equal(0);
	});

	it("counts what is beyond the bound as other, and keeps the name that was sent", async () => {
		const { bound, told } = app({ maxPerDay: 100 });
		const bounded = await bound(madeUp(500));
		const kept = bounded.filter(({ event }) => event.version_name !== "other");
		expect(kept).to.have.length(105);
		expect(kept.filter(({ sentVersion }) => sentVersion !== undefined)).to.deep.equal([]);
		const [other] = bounded.filter(({ event }) => event.version_name === "other");
		expect(other?.sentVersion).to.match(/^9\.9\.\d+$/);
		await bound(madeUp(500, 1_000));
		expect(told()).to.deep.equal([APP]);
	});

	it("lets every version keep its name that the app had before, whatever was made up", async () => {
		const { bound } = app({ maxPerDay: 20, stored: ["3.4.7", "3.4.8"] });
		await bound(madeUp(500));
		expect(await namesOf(bound, ["3.4.7", "3.4.8", "3.4.9"])).to.deep.equal(["3.4.7", "3.4.8", "other"]);
	});

	it("asks once for each version that it meets", async () => {
		const { bound, asked } = app({ maxPerDay: 1, stored: ["3.4.7"] });
		for (let sent = 0; sent < 50; sent += 1) await namesOf(bound, ["3.4.7"]);
		expect(asked()).to.equal(1);
	});

	it("bounds the version that a set replaced, and those that a request opens, too", async () => {
		const { bound } = app({ maxPerDay: 1, stored: ["3.4.7", "3.4.8"] });
		await bound(madeUp(5));
		const event = { ...received("3.4.8", { old_version_name: "6.6.6" }), targets: ["3.4.7", "7.7.7"] };
		const [bounded] = await bound([event]);
		expect(bounded?.event).to.include({ version_name: "3.4.8", old_version_name: "other" });
		expect(bounded?.targets).to.deep.equal(["3.4.7", "other"]);
		expect(bounded?.sentVersion).to.equal(undefined);
	});

	it("never bounds what came with the app, nor what isn't named", async () => {
		const { bound, asked } = app({ maxPerDay: 1 });
		await bound(madeUp(5));
		const before = asked();
		expect(await namesOf(bound, ["builtin", "unknown", "other"])).to.deep.equal(["builtin", "unknown", "other"]);
		expect(asked()).to.equal(before);
	});

	it("takes new ones again on the next UTC day", async () => {
		const { bound, nextDay } = app({ maxPerDay: 20 });
		await bound(madeUp(500));
		nextDay();
		expect(await namesOf(bound, ["3.5.0"], NOON + DAY_MS)).to.deep.equal(["3.5.0"]);
	});
});

/** An app of which some versions are stored. */
function app({ maxPerDay, stored = [] }: { readonly maxPerDay: number; readonly stored?: readonly string[] }) {
	const paths = new Set(stored.map((version) => versionPath(APP, version)));
	const told: string[] = [];
	let newVersions = 0;
	let asked = 0;
	const bound = createNewVersionBound({
		maxPerDay,
		shared: {
			newVersions: () => newVersions,
			noteNewVersion: () => {
				newVersions += 1;
			},
		},
		existing: async (wanted) => {
			asked += wanted.length;
			return new Set(wanted.filter((path) => paths.has(path)));
		},
		onTooMany: (appId) => told.push(appId),
	});
	const nextDay = () => {
		newVersions = 0;
	};
	return { bound, asked: () => asked, told: () => told, nextDay };
}

async function namesOf(
	bound: ReturnType<typeof createNewVersionBound>,
	versions: readonly string[],
	receivedAt = NOON,
): Promise<readonly string[]> {
	const bounded = await bound(versions.map((version) => received(version, {}, receivedAt)));
	return bounded.map(({ event }) => event.version_name);
}

function madeUp(count: number, first = 0): readonly ReceivedEvent[] {
	return Array.from({ length: count }, (_, index) => received(`9.9.${first + index}`));
}

function received(version: string, fields: object = {}, receivedAt = NOON): ReceivedEvent {
	return receivedEvent(APP, { version_name: version, ...fields }, { id: "id", receivedAt });
}
