import { Random } from "../../scripts/fleet/random.ts";
import { isSoak } from "../support/soak.ts";
import { deliverDuplicates } from "./duplicates.ts";
import type { FaultWorld } from "./fault.ts";
import { killInstances } from "./kills.ts";
import { loseDeliveries } from "./lostDeliveries.ts";
import { poisonEvents } from "./poison.ts";
import { refuseCommits } from "./refusals.ts";

const SIZES = isSoak
	? {
			duplicates: { events: 20_000, inFlight: 200 },
			kills: { events: 20_000, inFlight: 200, kills: 10 },
			refusals: { events: 10_000, inFlight: 40 },
			losses: { events: 10_000, inFlight: 100 },
			poison: { events: 10_000, inFlight: 200, poisons: 200 },
		}
	: {
			duplicates: { events: 300, inFlight: 50 },
			kills: { events: 300, inFlight: 20, kills: 1 },
			refusals: { events: 600, inFlight: 8 },
			losses: { events: 300, inFlight: 20 },
			poison: { events: 200, inFlight: 50, poisons: 16 },
		};

const TIMEOUT_MS = (isSoak ? 15 : 1) * 60_000;

/** How often the progress of a fault at full size is told. */
const STEPS = 10;

describe("counting to the unit @soak", function () {
	this.timeout(TIMEOUT_MS);

	it("while a tenth of the events is delivered twice, in any order, to two instances", () =>
		deliverDuplicates(SIZES.duplicates, world("duplicates")));

	it("while instances are killed in the middle of their commits", () => killInstances(SIZES.kills, world("kills")));

	it("while Firestore refuses a tenth of the commits, or applies them and says it did not", () =>
		refuseCommits(SIZES.refusals, world("refusals")));

	it("while a third of the deliveries never comes, and the sweep counts what waits", () =>
		loseDeliveries(SIZES.losses, world("losses")));

	it("while some events are malformed by hand", () => poisonEvents(SIZES.poison, world("poison")));
});

/** Each fault makes its own random choices, the same ones when it runs alone. */
function world(fault: string): FaultWorld {
	const random = new Random(fault);
	if (!isSoak) return { random };
	let shown = 0;
	return {
		random,
		progress: (taken, all) => {
			const step = Math.floor((taken / all) * STEPS);
			if (step === shown) return;
			shown = step;
			console.log(`    ${taken.toLocaleString("en")} of ${all.toLocaleString("en")} deliveries taken`);
		},
	};
}
