import { expect } from "chai";
import { appPath, COLLECTIONS, INTAKE_DOCUMENT, versionPath } from "../../functions/src/firestore/paths.ts";
import { addToIntake, readIntake } from "../../functions/src/ingest/intake.ts";
import { newAppId } from "../support/appIds.ts";
import { runCommand, spawnCommand } from "../support/commands.ts";
import { dbWithoutTriggers as db } from "../support/database.ts";
import { countStoredEvents } from "../support/deliveries.ts";
import { host } from "../support/hosts.ts";
import { expectAnswer, post } from "../support/post.ts";
import { PROJECT_WITHOUT_TRIGGERS } from "../support/suite.ts";
import { validEvent } from "../support/validEvent.ts";

const NOTHING = { events: 0, newVersions: 0 };

/** An app for each bound, and one that stays within them. */
const [FLOODING, INVENTING, OTHER] = [newAppId(), newAppId(), newAppId()];

const BOUNDS = {
	ALLOWED_APPS: [FLOODING, INVENTING, OTHER].join(","),
	MAX_APP_EVENTS_PER_DAY: "100",
	MAX_NEW_VERSIONS_PER_DAY: "3",
};

describe("An app that sends more than a day's events", () => {
	it("has as many stored as the bound by whichever instance, and is answered with ok", async () => {
		const instances = await Promise.all([
			host("stats", BOUNDS),
			host("stats", { ...BOUNDS, EXTRA_ACTIONS: "another" }),
		]);
		for (let sequence = 0; sequence < 150; sequence += 1) {
			const { url } = instances[sequence % 2] ?? instances[0] ?? { url: "" };
			const event = validEvent(FLOODING, { device_id: `device-${sequence}`, action: "update_fail" });
			expectAnswer(await post(url, event), 200, { status: "ok" });
		}
		expect(await storedOf(FLOODING)).to.be.within(100, 104);
	});

	it("leaves another app as it is", async () => {
		const { url } = await host("stats", BOUNDS);
		expectAnswer(await post(url, validEvent(FLOODING)), 200, { status: "ok" });
		expectAnswer(await post(url, validEvent(OTHER)), 200, { status: "ok" });
		expect(await storedOf(OTHER)).to.equal(1);
	});
});

describe("What the instances of stats tell each other", () => {
	it("adds up by app and day, and what is dropped stands on the app", async () => {
		const [one, two] = [newAppId(), "__proto__"];
		const taken = new Map([
			[one, { events: 7, newVersions: 1 }],
			[two, { events: 2, newVersions: 0 }],
		]);
		const sums = { taken, dropped: new Map([[one, 3]]), pastDays: [] };
		await addToIntake(db, "2026-03-10", sums);
		await addToIntake(db, "2026-03-10", sums);
		const intake = await readIntake(db, "2026-03-10");
		expect(intake.takenOf(one)).to.deep.equal({ events: 14, newVersions: 2 });
		expect(intake.takenOf(two)).to.deep.equal({ events: 4, newVersions: 0 });
		expect(["constructor", "toString"].map(intake.takenOf)).to.deep.equal([NOTHING, NOTHING]);
		expect(["constructor", "toString"].map(intake.isPaused)).to.deep.equal([false, false]);
		expect((await db.doc(appPath(one)).get()).get("dropped")).to.deep.equal({ "2026-03-10": 6 });
		const later = await readIntake(db, "2026-03-12");
		expect(later.takenOf(one)).to.deep.equal({ events: 0, newVersions: 0 });
		expect(later.pastDays).to.include("2026-03-10");

		await addToIntake(db, "2026-03-12", { taken, dropped: new Map(), pastDays: ["2026-03-10"] });
		expect((await db.doc(INTAKE_DOCUMENT).get()).get("days")).not.to.have.property("2026-03-10");
	});
});

describe("Versions that an app makes up", () => {
	it("count as other beyond a day's number, in the counters too", async () => {
		const appId = INVENTING;
		const { url } = await host("stats", BOUNDS);
		const events = Array.from({ length: 10 }, (_, index) =>
			validEvent(appId, { device_id: `device-${index}`, version_name: `9.9.${index}`, action: "set" }),
		);
		expect(await post(url, events)).to.have.property("status", 200);
		await countStoredEvents(appId);

		const versions = await db.collection(`${appPath(appId)}/${COLLECTIONS.versions}`).listDocuments();
		expect(versions.map(({ id }) => id)).to.have.members(["9.9.0", "9.9.1", "9.9.2", "other"]);
		const other = await db.doc(versionPath(appId, "other")).get();
		expect(other.get("actions")).to.deep.equal({ set: 7 });
		expect(other.get("devices.installed")).to.equal(7);
		const sent = await db.collectionGroup(COLLECTIONS.events).where("app_id", "==", appId).get();
		const names = sent.docs.flatMap((event) => event.get("sent_version_name") ?? []);
		expect(names.toSorted()).to.deep.equal(["9.9.3", "9.9.4", "9.9.5", "9.9.6", "9.9.7", "9.9.8", "9.9.9"]);
	});
});

describe("npm run pause and npm run resume", () => {
	const appId = newAppId();
	const environment = { GCLOUD_PROJECT: PROJECT_WITHOUT_TRIGGERS };

	it("stop an app, so that nothing is stored of it and its devices are answered with ok; and let it go on", async () => {
		const { code, stdout, stderr } = await spawnCommand("pause", ["--app", appId], environment);
		expect(code, stderr).to.equal(0);
		expect(stdout).to.equal(
			`Within a minute nothing of ${appId} is stored any more. npm run resume -- --app ${appId} undoes it.\n`,
		);
		expect(stderr).to.include(`${appId} sent nothing yet. Is the app's id right?`);
		expect((await db.doc(appPath(appId)).get()).get("paused_at")).to.exist;

		// Each instance looks before its first request.
		const paused = await host("stats", { EXTRA_ACTIONS: "while_paused" });
		expectAnswer(await post(paused.url, validEvent(appId)), 200, { status: "ok" });
		const answer = await post(paused.url, [validEvent(appId, { action: "update_fail" }), "no event"]);
		expect(answer).to.have.property("status", 200);
		expect(answer.body).to.have.nested.property("results[0].status", "ok");
		expect(await storedOf(appId)).to.equal(0);
		const other = newAppId();
		expectAnswer(await post(paused.url, validEvent(other)), 200, { status: "ok" });
		expect(await storedOf(other)).to.equal(1);

		const undone = await runCommand("pause", ["--app", appId, "--undo"], { environment });
		expect(undone.stdout).to.equal(`${appId} is stored again, within a minute.\n`);
		expect((await db.doc(appPath(appId)).get()).get("paused_at")).to.equal(undefined);
		const resumed = await host("stats", { EXTRA_ACTIONS: "after_pause" });
		expectAnswer(await post(resumed.url, validEvent(appId)), 200, { status: "ok" });
		expect(await storedOf(appId)).to.equal(1);
	});
});

async function storedOf(appId: string): Promise<number> {
	return (await db.collectionGroup(COLLECTIONS.events).where("app_id", "==", appId).count().get()).data().count;
}
