import { expect } from "chai";
import type { StoredEvent } from "../../functions/src/counters/storedEvent.ts";
import { utcDay } from "../../functions/src/events/eventTime.ts";
import { openFirestore } from "../../functions/src/firestore/client.ts";
import {
	alertsPath,
	appPath,
	JUDGING_DOCUMENT,
	verdictPath,
	versionPath,
} from "../../functions/src/firestore/paths.ts";
import { uncountedSince } from "../../functions/src/firestore/uncounted.ts";
import { readAlert } from "../../functions/src/watch/alertDocument.ts";
import { watch } from "../../functions/src/watch/watch.ts";
import { type Fate, type FirestoreProxy, startFirestoreProxy } from "../../scripts/emulators/firestoreProxy.ts";
import { type HostedFunction, hostFunction } from "../../scripts/emulators/hostedFunction.ts";
import { newAppId } from "../support/appIds.ts";
import { type CountedRelease, countRelease, devicesOf } from "../support/release.ts";
import { isSoak } from "../support/soak.ts";
import { suite } from "../support/suite.ts";

/** A project of its own: the schedule looks at every app. */
const PROJECT = `demo-watch-${process.pid}`;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** How often the schedule comes back to what it has said. */
const RUNS = isSoak ? 20 : 4;

/** The second commit of a run is that of the first verdict: the one before it tells how far the sweep came. */
const VERDICT_COMMIT = 2;

describe("the schedule", () => {
	const db = openFirestore(PROJECT);
	/** The clock is in the test's hands. */
	let now: number;
	let appId: string;
	let failures: unknown[];

	beforeEach(() => {
		now = Date.now();
		appId = newAppId();
		failures = [];
	});

	afterEach(async () => {
		expect(failures).to.deep.equal([]);
		await Promise.all((await db.listCollections()).map((collection) => db.recursiveDelete(collection)));
	});

	const noCount = async () => {};

	const run = (count: (events: readonly StoredEvent[]) => Promise<void> = noCount) =>
		watch(db, {
			now: () => now,
			count,
			onMalformed: (problem) => failures.push(problem),
			onFailure: (cause) => failures.push(cause),
			onAppFailure: (_app, cause) => failures.push(cause),
			timeLimitMs: MINUTE,
		});

	/** So many runs, two of them at the same time. */
	async function runOften(): Promise<void> {
		for (let pair = 0; pair < RUNS / 2; pair += 1) await Promise.all([run(), run()]);
	}

	async function count(version: string, devices: CountedRelease["devices"], more: Partial<CountedRelease> = {}) {
		await countRelease(db, { appId, version, day: utcDay(now), devices, countedAt: now, ...more });
	}

	/** What was told, oldest first. */
	async function told(): Promise<readonly string[]> {
		const { docs } = await db.collection(alertsPath(appId)).orderBy("created_at").get();
		return docs.map((snapshot) => {
			const alert = readAlert(snapshot.data())?.alert;
			switch (alert?.kind) {
				case "release":
					return `${alert.version}: ${alert.verdictBefore} → ${alert.verdict}`;
				case "silence":
				case "backlog":
					return `${alert.kind}${alert.isOver ? " is over" : ""}`;
				default:
					return String(alert?.kind);
			}
		});
	}

	const verdictOn = async (version: string) => (await db.doc(verdictPath(appId, version)).get()).get("verdict");

	describe(`tells once, in ${RUNS} runs of which two go at the same time, @soak`, () => {
		it("that a release fails, and that it is healthy again", async () => {
			await count("3.4.8", devicesOf(20, 0));
			await runOften();
			expect(await told()).to.deep.equal([]);
			expect(await verdictOn("3.4.8")).to.equal("too early");

			await count("3.4.8", devicesOf(60, 30));
			await runOften();
			expect(await told()).to.deep.equal(["3.4.8: too early → failing"]);

			now += HOUR;
			await count("3.4.8", devicesOf(9_000, 30));
			await runOften();
			expect(await told()).to.deep.equal(["3.4.8: too early → failing", "3.4.8: failing → healthy"]);
		});

		it("that a release is worse than the one before", async () => {
			await count("3.4.7", devicesOf(20_000, 100), { day: utcDay(now - 3 * DAY), firstEventAt: now - 3 * DAY });
			await count("3.4.8", devicesOf(3_000, 75));
			await runOften();
			expect(await told()).to.deep.equal(["3.4.8: null → worse"]);
			const { docs } = await db.collection(alertsPath(appId)).get();
			expect(docs[0]?.data()).to.deep.include({
				app_id: appId,
				kind: "release",
				version_name: "3.4.8",
				verdict: "worse",
				verdict_before: null,
				family: "updates",
				since: utcDay(now),
				devices: 3_000,
				replaces: null,
				acknowledged_at: null,
				sent_to: {},
			});
			expect(docs[0]?.get("sentence")).to.contain("Worse than 3.4.7, beyond chance.");
		});

		it("that a good release takes the place of a bad one, both of one day", async () => {
			await count("3.4.8", devicesOf(60, 30), { firstEventAt: now - 3 * HOUR });
			await runOften();
			await count("3.4.9", devicesOf(40, 0), { firstEventAt: now - HOUR });
			await runOften();
			expect(await told()).to.deep.equal(["3.4.8: null → failing"]);

			now += HOUR;
			await count("3.4.9", devicesOf(400, 1), { firstEventAt: now - 2 * HOUR });
			await runOften();
			expect(await told()).to.deep.equal(["3.4.8: null → failing", "3.4.9: too early → healthy"]);
			const alerts = await db.collection(alertsPath(appId)).orderBy("created_at", "desc").limit(1).get();
			expect(alerts.docs[0]?.get("replaces")).to.equal("3.4.8");
			expect(alerts.docs[0]?.get("sentence")).to.match(/It replaces 3\.4\.8, which is bad\.$/);

			// It may become uncertain, and healthy again: that is no news.
			await count("3.4.9", devicesOf(400, 16), { firstEventAt: now - 2 * HOUR });
			await run();
			expect(await verdictOn("3.4.9")).to.equal("too early");
			await count("3.4.9", devicesOf(4_000, 16), { firstEventAt: now - 2 * HOUR });
			await run();
			expect(await verdictOn("3.4.9")).to.equal("healthy");
			expect(await told()).to.have.length(2);
		});

		it("the same when one run finds both", async () => {
			await count("3.4.9", devicesOf(400, 1), { firstEventAt: now - HOUR });
			await count("3.4.8", devicesOf(60, 30), { firstEventAt: now - 3 * HOUR });
			await runOften();
			expect(await told()).to.have.members(["3.4.8: null → failing", "3.4.9: null → healthy"]);
		});

		it("that an app fell silent, and that it sends again", async () => {
			await sendFor(9);
			await runOften();
			expect(await told()).to.deep.equal([]);
			now += 23 * HOUR;
			await runOften();
			expect(await told()).to.deep.equal([]);
			now += 2 * HOUR;
			await runOften();
			expect(await told()).to.deep.equal(["silence"]);
			now += HOUR;
			await count("3.4.8", devicesOf(20, 0));
			await runOften();
			expect(await told()).to.deep.equal(["silence", "silence is over"]);
		});

		it("that events wait to be counted, and that they no longer do", async () => {
			await count("3.4.8", devicesOf(20, 0));
			await leaveUncounted("first");
			await Promise.all([run(), run()]);
			expect(await told()).to.deep.equal([]);
			// The first run counts what it finds: that others came after them is what the next one sees.
			for (const later of ["second", "third"]) {
				now += 5 * MINUTE;
				await leaveUncounted(later);
				await runOften();
				expect(await told()).to.deep.equal(["backlog"]);
			}

			await db.recursiveDelete(db.collection(`${appPath(appId)}/devices`));
			now += 5 * MINUTE;
			await runOften();
			expect(await told()).to.deep.equal(["backlog", "backlog is over"]);
		});
	});

	/** An app that sends twice a day for so many days. */
	async function sendFor(days: number): Promise<void> {
		for (let half = 0; half < days * 2; half += 1) {
			now += DAY / 2;
			await count("3.4.8", devicesOf(20, 0), { day: utcDay(now) });
			await run();
		}
	}

	async function leaveUncounted(id: string): Promise<void> {
		const receivedAt = now - 11 * MINUTE;
		const event = {
			app_id: appId,
			device_id: "d",
			action: "set",
			version_name: "3.4.8",
			is_prod: true,
			is_emulator: false,
			occurred_at: new Date(receivedAt),
			received_at: new Date(receivedAt),
			counted_at: null,
			uncounted_since: uncountedSince(id, receivedAt),
		};
		await db.doc(`${appPath(appId)}/devices/d/events/${id}`).set(event);
	}

	it("says nothing of a version that is hidden, and takes it off the lists", async () => {
		await count("3.4.8", devicesOf(60, 30));
		await db.doc(versionPath(appId, "3.4.8")).update({ hidden: true });
		await runOften();
		expect(await told()).to.deep.equal([]);
		const verdict = await db.doc(verdictPath(appId, "3.4.8")).get();
		expect(verdict.data()).to.include({ verdict: "failing" }).and.not.to.have.property("appeared_on");
	});

	it("judges again what is due, though nothing changed", async () => {
		await count("3.4.8", { tried: 400, downloaded: 100, installed: 100, ran: 100 }, { countedAt: now - HOUR });
		await run();
		expect(await verdictOn("3.4.8")).to.equal("healthy");
		expect((await db.doc(verdictPath(appId, "3.4.8")).get()).get("rejudge_at").toMillis()).to.equal(
			Date.parse(utcDay(now)) + 2 * DAY,
		);
		now += 2 * DAY;
		await runOften();
		expect(await told()).to.deep.equal(["3.4.8: healthy → failing"]);
		expect((await db.doc(verdictPath(appId, "3.4.8")).get()).get("family")).to.equal("downloads");
	});

	it("forgets the verdict on a version that is gone", async () => {
		await count("3.4.8", devicesOf(60, 30));
		await run();
		await db.recursiveDelete(db.doc(versionPath(appId, "3.4.8")));
		now += 3 * DAY;
		await run();
		expect(await verdictOn("3.4.8")).to.equal(undefined);
	});

	it("keeps what is wrong with one app from the others, and judges it when it is repaired", async () => {
		const broken = newAppId();
		await countRelease(db, {
			appId: broken,
			version: "1.0.0",
			day: utcDay(now),
			devices: devicesOf(60, 30),
			countedAt: now,
		});
		await db.doc(`${appPath(broken)}/versions/nameless`).set({ version_name: "", last_event_at: new Date(now) });
		await count("3.4.8", devicesOf(60, 30));
		await run();
		expect(failures.splice(0).map(String)).to.deep.equal(["RangeError: A document id can't be empty."]);
		expect(await told()).to.deep.equal(["3.4.8: null → failing"]);

		await db.doc(`${appPath(broken)}/versions/nameless`).delete();
		await run();
		expect((await db.collection(alertsPath(broken)).get()).size).to.equal(1);
	});

	it("notes that it ran, though nothing happened", async () => {
		await run();
		expect((await db.doc(JUDGING_DOCUMENT).get()).get("ran_at").toMillis()).to.equal(now);
	});

	describe("that ends between judging and writing", () => {
		let commits: number;
		let fateOfVerdict: Fate;
		let proxy: FirestoreProxy;
		let hosted: HostedFunction;

		before(async () => {
			proxy = await startFirestoreProxy(suite.firestoreHost, (method) => {
				if (method !== "Commit") return { kind: "passed" };
				commits += 1;
				return commits === VERDICT_COMMIT ? fateOfVerdict : { kind: "passed" };
			});
			hosted = await hostFunction("watch", { projectId: PROJECT, firestoreHost: proxy.host });
		});

		after(async () => {
			await hosted.stop();
			await proxy.stop();
		});

		for (const [what, fate] of [
			["before its commit arrives", { kind: "refused", status: 4 }],
			["before it hears that its commit arrived", { kind: "answer lost", status: 4 }],
		] as const satisfies readonly (readonly [string, Fate])[]) {
			it(`tells once all the same: ${what}`, async () => {
				await count("3.4.8", devicesOf(60, 30));
				commits = 0;
				fateOfVerdict = fate;
				await fetch(hosted.url, { method: "POST" });
				expect(commits).to.be.at.least(VERDICT_COMMIT);
				expect(await told()).to.have.length(fate.kind === "refused" ? 0 : 1);
				for (let repetition = 0; repetition < 3; repetition += 1) await fetch(hosted.url, { method: "POST" });
				expect(await told()).to.deep.equal(["3.4.8: null → failing"]);
			});
		}
	});
});
