import { expect } from "chai";
import { devicePath, eventsPath } from "../../functions/src/firestore/paths.ts";
import { newAppId } from "../support/appIds.ts";
import { dbWithoutTriggers as db } from "../support/database.ts";
import { host } from "../support/hosts.ts";
import { expectAnswer, post } from "../support/post.ts";
import { validEvent } from "../support/validEvent.ts";

const DEVICE = "3f1c2b8e-8a54-4a0e-9c57-2f64a1d3b7aa";
const START = Date.now();

describe("A device that sends more than a day's events", () => {
	const appId = newAppId();
	let url: string;
	let lines: readonly string[];

	before(async () => {
		const stats = await host("stats", { MAX_DEVICE_EVENTS_PER_DAY: "10" });
		url = stats.url;
		lines = stats.log.lines;
		for (let sequence = 0; sequence < 20; sequence += 1) {
			// The plugin sends what is refused again and again, so a drop is no refusal.
			expectAnswer(await post(url, event("download_40", sequence)), 200, { status: "ok" });
		}
		for (let sequence = 20; sequence < 40; sequence += 1) {
			expectAnswer(await post(url, event("update_fail", sequence)), 200, { status: "ok" });
		}
	});

	it("has as many stored as the bound, and what matters most was dropped last", async () => {
		const { docs } = await db.collection(eventsPath(appId, DEVICE)).get();
		const stored = Map.groupBy(docs, (document) => String(document.get("action")));
		expect(stored.get("download_40")).to.have.length(8);
		expect(stored.get("update_fail")).to.have.length(2);
	});

	it("shows how many were dropped, to a tenth", async () => {
		const device = await db.doc(devicePath(appId, DEVICE)).get();
		expect(device.get("dropped_events")).to.be.within(27, 30);
		expect(device.get("last_dropped_at")).to.exist;
		expect(device.get("dropped_on")).to.equal(device.get("last_dropped_at").toDate().toISOString().slice(0, 10));
	});

	it("is told of in the log by its app, not by its id", () => {
		const dropped = lines.filter((line) => line.includes("events_dropped"));
		expect(dropped).to.have.length.within(10, 29);
		expect(JSON.parse(dropped[0] ?? "")).to.include({ severity: "WARNING", appId, droppedEvents: 1 });
		expect(lines.filter((line) => line.includes(DEVICE))).to.deep.equal([]);
	});

	it("leaves other devices as they are", async () => {
		const other = "9b2d7c11-0f0e-4a6e-8a39-7a3f3c1d5e42";
		expectAnswer(await post(url, { ...event("download_40", 1), device_id: other }), 200, { status: "ok" });
		expect((await db.collection(eventsPath(appId, other)).get()).size).to.equal(1);
	});

	function event(action: string, sequence: number) {
		return validEvent(appId, { device_id: DEVICE, action, timestamp: START + sequence });
	}
});
