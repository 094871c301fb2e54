import { expect } from "chai";
import { storeAccepted } from "../../functions/src/ingest/storeAccepted.ts";
import { storeTogether } from "../../functions/src/ingest/storeEvents.ts";
import { validate } from "../../functions/src/ingest/validate.ts";
import { newAppId } from "../support/appIds.ts";
import { counting, readEvents } from "../support/countDirectly.ts";
import { dbWithoutTriggers as db } from "../support/database.ts";
import { countStoredEvents, storedEvents } from "../support/deliveries.ts";
import { host } from "../support/hosts.ts";
import { postAndLoseAnswer } from "../support/losingAnswers.ts";
import { post } from "../support/post.ts";
import { storedCounters } from "../support/storedCounters.ts";

const DEVICE = "0b5f3a52-6c1e-4a43-9d53-0d8f1d1c9a11";
const MINUTE_MS = 60_000;

/** What every generation of the plugin tells of the device. */
const info = (app_id: string, plugin_version: string) => ({
	app_id,
	device_id: DEVICE,
	platform: "android",
	version_build: "3.4.0",
	version_code: "30400",
	version_os: "15",
	plugin_version,
});
const flags = { is_emulator: false, is_prod: true };
const set = { action: "set", version_name: "3.4.7", old_version_name: "3.4.6" };
const failed = { action: "update_fail", version_name: "3.4.7" };

/** The body of a request of each generation, as it is sent again after its answer was lost. */
const GENERATIONS: Readonly<Record<string, (app: string, now: number) => object>> = {
	"4.x, one object without flags": (app) => ({ ...info(app, "4.63.1"), ...set, custom_id: null }),
	"5.x, one object": (app) => ({ ...info(app, "5.9.0"), ...flags, ...set }),
	"6.x, one object": (app) => ({ ...info(app, "6.14.26"), ...flags, ...set, defaultChannel: "" }),
	"7.x, one object": (app) => ({ ...info(app, "7.34.2"), ...flags, ...set, custom_id: "" }),
	"8.41, one object": (app) => ({ ...info(app, "8.41.0"), ...flags, ...set, version_name: "3.4.7" }),
	"5.43 and later, an array with timestamps": (app, now) => [
		{ ...info(app, "5.50.0"), ...flags, ...set, timestamp: now },
	],
	"7.50, an array with timestamps": (app, now) => [{ ...info(app, "7.50.0"), ...flags, ...set, timestamp: now }],
	"8.51, an array with timestamps": (app, now) => [
		{ ...info(app, "8.51.23"), ...flags, ...set, timestamp: now },
		{ ...info(app, "8.51.23"), ...flags, ...failed, timestamp: now + 1 },
	],
	"8.51, a single of the download service": (app) => ({
		...info(app, "8.51.23"),
		...flags,
		action: "download_manifest_file_fail",
		version_name: "3.4.7:assets/main.js",
	}),
	"iOS 8.51, an array with timestamps": (app, now) => [
		{ ...info(app, "8.51.23"), ...flags, ...set, platform: "ios", device_id: DEVICE.toUpperCase(), timestamp: now },
	],
	"Electron, one object": (app) => ({ ...info(app, "0.0.6"), ...flags, ...set, platform: "electron", bundle_id: "V1" }),
};

/** Another instance of `stats`: by settings that change nothing here, which it shares with the tests of actions. */
const otherStats = () => host("stats", { IGNORED_ACTIONS: "ping, app_rated" });

describe("A request whose answer was lost is counted once, sent again", () => {
	for (const [generation, bodyOf] of Object.entries(GENERATIONS)) {
		it(`by ${generation}`, async () => {
			const app = newAppId();
			const body = bodyOf(app, Date.now() - MINUTE_MS);
			const [instance, other] = await Promise.all([host("stats"), otherStats()]);
			await postAndLoseAnswer(instance.url, body);
			await postAndLoseAnswer(other.url, body);
			expect(await post(instance.url, body)).to.have.property("status", 200);
			await countStoredEvents(app);
			await postAndLoseAnswer(other.url, body);
			await countStoredEvents(app);

			const events = Array.isArray(body) ? body.length : 1;
			expect(await storedEvents(app)).to.have.length(events);
			const counters = await storedCounters(db, app);
			expect(counters[""]).to.deep.equal({ events });
			expect(counters["/versions/3.4.7"]).to.include({ events, "devices.tried": 1 });
		});
	}

	it("to two instances at the same time", async () => {
		const app = newAppId();
		const body = { ...info(app, "7.34.2"), ...flags, ...set };
		const [instance, other] = await Promise.all([host("stats"), otherStats()]);
		const urls = Array.from({ length: 8 }, (_, index) => (index % 2 === 0 ? instance.url : other.url));
		const answers = await Promise.all(urls.map((url) => post(url, body)));
		expect(answers.map(({ status }) => status)).to.deep.equal(urls.map(() => 200));
		await countStoredEvents(app);
		expect((await storedCounters(db, app))[""]).to.deep.equal({ events: 1 });
	});
});

describe("An event without a timestamp that arrives again", () => {
	/** A moment of the clock by which such events are known: it counts in windows of two minutes. */
	const windowEnd = (Math.floor(Date.now() / (2 * MINUTE_MS)) + 1) * 2 * MINUTE_MS;

	async function arriveAt(body: object, ...moments: readonly number[]): Promise<number> {
		const app = newAppId();
		for (const moment of moments) {
			const request = { ...info(app, "7.34.2"), ...flags, ...body };
			const validated = validate(request, { allowedApps: new Set(), maxEvents: 500 });
			const { status } = await storeAccepted(validated, {
				ignoredActions: new Set(),
				now: () => moment,
				newEventId: () => crypto.randomUUID(),
				store: (events) => storeTogether(db, [events], 90),
			});
			expect(status).to.equal(200);
			await counting(db)(await readEvents(db, app));
		}
		return (await storedCounters(db, app))[""]?.["events"] ?? 0;
	}

	it("within 30 seconds is the same, wherever in a window it first arrived", async () => {
		expect(await arriveAt(set, windowEnd - 1, windowEnd + 29_998)).to.equal(1);
		expect(await arriveAt(set, windowEnd - 29_999, windowEnd)).to.equal(1);
		expect(await arriveAt(set, windowEnd, windowEnd + 29_999)).to.equal(1);
	});

	it("again and again across a window's end is the same", async () => {
		expect(await arriveAt(set, windowEnd - 20_000, windowEnd - 1, windowEnd, windowEnd + 9_999)).to.equal(1);
	});

	it("minutes later is another one", async () => {
		expect(await arriveAt(set, windowEnd - 1, windowEnd + 3 * MINUTE_MS)).to.equal(2);
	});

	it("with other content is another one", async () => {
		expect(await arriveAt(set, windowEnd)).to.equal(1);
		const app = newAppId();
		const bodies = [set, { ...set, version_name: "3.4.8" }, { ...set, custom_id: "till-7" }];
		const { url } = await host("stats");
		for (const body of bodies) await post(url, { ...info(app, "7.34.2"), ...flags, ...body });
		expect(await storedEvents(app)).to.have.length(3);
	});

	it("is another one where the app may really have gone through it again", async () => {
		const foreground = { action: "app_moved_to_foreground", version_name: "3.4.7" };
		expect(await arriveAt(foreground, windowEnd, windowEnd + 1_000)).to.equal(2);
	});
});
