import { expect } from "chai";
import {
	type Fate,
	type FirestoreProxy,
	REFUSALS,
	startFirestoreProxy,
} from "../../scripts/emulators/firestoreProxy.ts";
import { type HostedFunction, hostFunction } from "../../scripts/emulators/hostedFunction.ts";
import { deliverPersistently } from "../faults/deliverPersistently.ts";
import { newAppId } from "../support/appIds.ts";
import { dbWithoutTriggers as db } from "../support/database.ts";
import { createdEventOf, storedEvents } from "../support/deliveries.ts";
import { post } from "../support/post.ts";
import { storedCounters } from "../support/storedCounters.ts";
import { PROJECT_WITHOUT_TRIGGERS, suite } from "../support/suite.ts";
import { validEvent } from "../support/validEvent.ts";

const MINUTE_MS = 60_000;

describe("A commit that fails, or of which nobody knows whether it failed,", () => {
	/** What happens to the next commits; those after them pass. */
	let fates: Fate[] = [];
	let proxy: FirestoreProxy;
	let stats: HostedFunction;
	let countEvent: HostedFunction;

	before(async () => {
		proxy = await startFirestoreProxy(suite.firestoreHost, (method) => {
			const fate = method === "Commit" ? fates.shift() : undefined;
			return fate ?? { kind: "passed" };
		});
		const options = { projectId: PROJECT_WITHOUT_TRIGGERS, firestoreHost: proxy.host };
		[stats, countEvent] = await Promise.all([hostFunction("stats", options), hostFunction("countEvent", options)]);
	});

	after(async () => {
		await Promise.all([stats.stop(), countEvent.stop()]);
		await proxy.stop();
	});

	for (const [name, status] of Object.entries(REFUSALS)) {
		for (const kind of ["refused", "answer lost"] as const) {
			const fate: Fate = { kind, status };

			it(`stores and counts everything once: ${kind}, ${name}`, async () => {
				const app = newAppId();
				const at = Date.now() - MINUTE_MS;
				const array = [0, 1].map((index) => validEvent(app, { action: "download_10", timestamp: at + index }));
				fates = [fate];
				expect(await post(stats.url, array)).to.have.property("status", 200);
				fates = [fate];
				expect(await post(stats.url, validEvent(app))).to.have.property("status", 200);
				expect(fates, "commits that did not come").to.deep.equal([]);
				const events = await storedEvents(app);
				expect(events).to.have.length(3);

				// The commits in which nothing exists yet, in which the counters are created, and in which they are added to.
				fates = [fate, fate, fate];
				const refused = await deliverPersistently(events.map(createdEventOf), {
					url: () => countEvent.url,
					inFlight: events.length,
				});
				expect(refused, "deliveries that were not taken at once").to.equal(0);
				expect(fates, "commits that did not come").to.deep.equal([]);
				fates = [fate];
				await deliverPersistently(events.map(createdEventOf), { url: () => countEvent.url, inFlight: 1 });
				fates = [];

				const counters = await storedCounters(db, app);
				expect(counters[""]).to.deep.equal({ events: 3 });
				expect(counters["/versions/3.4.7"]).to.deep.equal({
					events: 3,
					"actions.download_10": 2,
					"actions.set": 1,
					"devices.tried": 1,
					"devices.downloaded": 1,
					"devices.installed": 1,
					"devices.well": 1,
				});
			});
		}
	}
});
