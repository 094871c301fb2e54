import type { QueryDocumentSnapshot } from "@google-cloud/firestore";
import { expect } from "chai";
import { type ExpectedCounts, expectedCounts } from "../../scripts/fleet/expectedCounts.ts";
import { differingDevices, expectedDevices } from "../../scripts/fleet/expectedDevices.ts";
import { Random } from "../../scripts/fleet/random.ts";
import { sendRequests } from "../../scripts/fleet/sendRequests.ts";
import { type FleetOptions, simulateFleet } from "../../scripts/fleet/simulateFleet.ts";
import { newAppId } from "../support/appIds.ts";
import { db, dbWithoutTriggers, untilCounted } from "../support/database.ts";
import { createdEventOf, deliverAll, storedEvents } from "../support/deliveries.ts";
import { host } from "../support/hosts.ts";
import { isSoak } from "../support/soak.ts";
import { storedCounts, storedDevices } from "../support/storedCounts.ts";
import { suite } from "../support/suite.ts";

const DEVICES = isSoak ? 30 : 10;

/** So many events a device sends at least in a week. */
const EVENTS_A_DEVICE = 30;

describe("A simulated fleet", () => {
	it(`of ${DEVICES} devices is counted to the unit, for every version, day and action, a tenth of it delivered twice @soak`, async function () {
		this.timeout(120_000);
		const fleet = newFleet({ devices: DEVICES, days: 7 });
		const { url } = await host("stats");
		const { sent, lost } = await sendRequests(simulateFleet(fleet), { url, rate: 10_000, concurrency: 16 });
		expect(lost).to.be.empty;

		const events = (await storedEvents(fleet.appId)).toSorted(byArrival).map(createdEventOf);
		const instance = await host("countEvent");
		await deliverAll(instance, events);
		const random = new Random("delivered again");
		await deliverAll(
			instance,
			events.filter(() => random.chance(0.1)),
		);

		const expected = expectedCounts(sent, today(fleet.now));
		expect(expected.events).to.be.above(DEVICES * EVENTS_A_DEVICE);
		expect(events).to.have.length(expected.events);
		expect(await storedCounts(dbWithoutTriggers, fleet.appId)).to.deep.equal(countersOf(expected));
		const devices = await storedDevices(dbWithoutTriggers, fleet.appId);
		expect(differingDevices(expectedDevices(sent, today(fleet.now)), devices)).to.deep.equal([]);
	});

	it("of a few devices is counted to the unit by the emulator's own triggers", async () => {
		const fleet = newFleet({ devices: 2, days: 2 });
		const { sent } = await sendRequests(simulateFleet(fleet), { url: suite.statsUrl, rate: 1_000, concurrency: 2 });
		await untilCounted(db, fleet.appId, 50);

		const expected = expectedCounts(sent, today(fleet.now));
		expect(expected.events).to.be.above(50);
		expect(await storedCounts(db, fleet.appId)).to.deep.equal(countersOf(expected));
	});
});

function newFleet(size: Pick<FleetOptions, "devices" | "days">): FleetOptions {
	return { seed: 1, now: Date.now(), appId: newAppId(), resentShare: 0.1, ...size };
}

/** The order in which devices sent: a failure that doesn't name its bundle is counted after the download that does. */
function byArrival(a: QueryDocumentSnapshot, b: QueryDocumentSnapshot): number {
	return (
		a.createTime.toMillis() - b.createTime.toMillis() ||
		a.get("occurred_at").toMillis() - b.get("occurred_at").toMillis()
	);
}

/** The part of the expected counts that the counter documents hold. */
function countersOf({ events, versions }: ExpectedCounts) {
	return { events, versions };
}

function today(now: number): string {
	return new Date(now).toISOString().slice(0, 10);
}
