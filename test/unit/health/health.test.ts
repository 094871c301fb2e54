import { expect } from "chai";
import { Timestamp } from "../../../functions/node_modules/firebase-admin/lib/firestore/index.js";
import { createCache } from "../../../functions/src/health/cache.ts";
import { healthOf } from "../../../functions/src/health/healthOf.ts";
import { metricsText } from "../../../functions/src/health/metricsText.ts";
import { newToken, presentedToken, tokenPath } from "../../../functions/src/health/token.ts";

const NOW = Date.parse("2026-03-14T12:00Z");
const MINUTE = 60_000;
const RELEASE = { app: "com.example.shop", version: "3.4.8" };

const VERDICT = {
	verdict: "failing",
	family: "updates",
	since: "2026-03-14",
	sentence: "15 of 170 devices failed.",
	devices: { tried: 170, failed: 15 },
	cohorts: { "2026-03-14": { tried: 170, failed: 15 } },
	judged_at: Timestamp.fromMillis(NOW - 3 * MINUTE),
};

describe("the health of a release", () => {
	it("is what the schedule wrote down", () => {
		expect(healthOf(RELEASE, VERDICT, NOW - 3 * MINUTE, NOW)).to.deep.equal({
			...RELEASE,
			verdict: "failing",
			advice: "hold",
			sentence: "15 of 170 devices failed.",
			family: "updates",
			since: "2026-03-14",
			devices: { tried: 170, failed: 15 },
			judged_at: "2026-03-14T11:57:00.000Z",
			stale: false,
		});
	});

	it("is unknown of a release that nobody judged", () => {
		expect(healthOf(RELEASE, undefined, NOW, NOW)).to.include({
			verdict: "no data",
			advice: "wait",
			sentence: "No device has tried it yet.",
			judged_at: null,
		});
	});

	it("says that it may be overtaken when the schedule stands still, and advises no further", () => {
		const healthy = { ...VERDICT, verdict: "healthy" };
		expect(healthOf(RELEASE, healthy, NOW - 15 * MINUTE, NOW)).to.include({ advice: "continue", stale: false });
		const old = healthOf(RELEASE, healthy, NOW - 16 * MINUTE, NOW);
		expect(old).to.include({ verdict: "healthy", advice: "wait", stale: true });
		expect(old.sentence).to.contain("Releases were last judged at 2026-03-14T11:44:00.000Z");
		expect(healthOf(RELEASE, healthy, null, NOW)).to.include({ advice: "wait", stale: true });
		expect(healthOf(RELEASE, VERDICT, null, NOW)).to.include({ advice: "hold", stale: true });
	});

	it("is not stale because nothing of the release changed for long", () => {
		const quiet = { ...VERDICT, verdict: "healthy", judged_at: Timestamp.fromMillis(NOW - 40 * 24 * 60 * MINUTE) };
		expect(healthOf(RELEASE, quiet, NOW - MINUTE, NOW)).to.include({ advice: "continue", stale: false });
	});
});

describe("metrics", () => {
	it("are OpenMetrics text", () => {
		const releases = [healthOf(RELEASE, VERDICT, NOW, NOW)];
		const text = metricsText(
			{
				app: RELEASE.app,
				releases,
				waitingEvents: 9,
				droppedEvents: 12,
				untrackedEvents: 34,
				isPaused: true,
				lastEventAt: NOW - 90_500,
				ranAt: NOW - 60_000,
			},
			NOW,
		);
		const release = 'app="com.example.shop",version="3.4.8"';
		const devices = (outcome: string, count: number) =>
			`updater_release_devices{${release},outcome="${outcome}"} ${count}`;
		const verdict = (name: string, value: number) =>
			`updater_release_verdict{${release},updater_release_verdict="${name}"} ${value}`;
		expect(text.split("\n")).to.include.members([
			"# TYPE updater_release_devices gauge",
			devices("tried", 170),
			devices("failed", 15),
			devices("crashed", 0),
			"# TYPE updater_release_verdict stateset",
			verdict("failing", 1),
			verdict("healthy", 0),
			'updater_uncounted_events{app="com.example.shop"} 9',
			'updater_dropped_events{app="com.example.shop"} 12',
			'updater_untracked_events{app="com.example.shop"} 34',
			'updater_paused{app="com.example.shop"} 1',
			"# UNIT updater_last_event_age_seconds seconds",
			'updater_last_event_age_seconds{app="com.example.shop"} 90.5',
			'updater_judged_age_seconds{app="com.example.shop"} 60',
		]);
		expect(text.endsWith("\n# EOF\n")).to.equal(true);
	});

	it("let no name out of its label", () => {
		const version = '3.4.8"} 1\n# EOF\\';
		const releases = [healthOf({ ...RELEASE, version }, VERDICT, NOW, NOW)];
		const text = metricsText(
			{
				app: RELEASE.app,
				releases,
				waitingEvents: 0,
				droppedEvents: 0,
				untrackedEvents: 0,
				isPaused: false,
				lastEventAt: null,
				ranAt: null,
			},
			NOW,
		);
		expect(text.match(/^# EOF$/gm)).to.have.length(1);
		expect(text).to.contain('version="3.4.8\\"} 1\\n# EOF\\\\",');
	});
});

describe("a token", () => {
	it("is new each time, and its document tells neither it nor another app's", () => {
		const [token, other] = [newToken(), newToken()];
		expect(token)
			.to.match(/^cus_[\w-]{43}$/)
			.and.not.to.equal(other);
		expect(tokenPath("shop", token)).to.match(/^apps\/shop\/tokens\/[0-9a-f]{64}$/);
		expect(tokenPath("shop", token)).not.to.contain(token);
		expect(tokenPath("bank", token)).not.to.equal(tokenPath("shop", token));
	});

	it("is read from the header as HTTP has it", () => {
		expect(presentedToken("Bearer cus_x")).to.equal("cus_x");
		expect(presentedToken("bearer  cus_x ")).to.equal("cus_x");
		for (const header of [undefined, "", "cus_x", "Basic cus_x", "Bearer", "Bearer a b"]) {
			expect(presentedToken(header), header).to.equal(undefined);
		}
	});
});

describe("the cache", () => {
	/** A cache with a clock in the test's hands, and what it read. */
	function fixture(maxEntries = 10) {
		const clock = { now: NOW };
		const cache = createCache<number>({ maxAgeMs: MINUTE, maxEntries, now: () => clock.now });
		let reads = 0;
		const get = (key: string) =>
			cache(key, async () => {
				reads += 1;
				return reads;
			});
		return { clock, cache, get, reads: () => reads };
	}

	it("reads once a minute, however many ask at a time", async () => {
		const { clock, get, reads } = fixture();
		expect(await Promise.all([get("a"), get("a"), get("a")])).to.deep.equal([1, 1, 1]);
		clock.now += MINUTE - 1;
		expect(await get("a")).to.equal(1);
		clock.now += 1;
		expect(await get("a")).to.equal(2);
		expect(reads()).to.equal(2);
	});

	it("forgets the oldest beyond its size", async () => {
		const { get } = fixture(2);
		for (const key of ["a", "b", "c"]) await get(key);
		expect([await get("b"), await get("c"), await get("a")]).to.deep.equal([2, 3, 4]);
	});

	it("remembers no failure", async () => {
		const { cache, get } = fixture();
		const failed = cache("a", () => Promise.reject(new Error("unavailable")));
		expect(await failed.catch(String)).to.equal("Error: unavailable");
		expect(await get("a")).to.equal(1);
	});
});
