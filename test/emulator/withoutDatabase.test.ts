import { setTimeout } from "node:timers/promises";
import { expect } from "chai";
import { newToken } from "../../functions/src/health/token.ts";
import { createdEvent, deliver } from "../../scripts/emulators/cloudEvent.ts";
import { type Fate, REFUSALS, startFirestoreProxy } from "../../scripts/emulators/firestoreProxy.ts";
import { hostFunction } from "../../scripts/emulators/hostedFunction.ts";
import { newAppId } from "../support/appIds.ts";
import { eventually } from "../support/eventually.ts";
import { hostWithoutDatabase } from "../support/hosts.ts";
import { expectAnswer, PLUGIN_TIMEOUT_MS, post } from "../support/post.ts";
import { PROJECT_WITHOUT_TRIGGERS, suite } from "../support/suite.ts";
import { validEvent } from "../support/validEvent.ts";

describe("Without a database", function () {
	// Alone they wait for all that is asked for beforehand.
	this.timeout(90_000);

	it("stats answers 503 with Retry-After before the plugin gives up, and 200 to what stores nothing", async () => {
		const { one, array, empty, seconds } = await answers;
		const body = {
			status: "error",
			error: "unavailable",
			message: "The events could not be stored: send them again.",
		};
		for (const answer of [one, array]) {
			expectAnswer(answer, 503, body);
			expect(answer.headers.get("retry-after")).to.equal("60");
		}
		expectAnswer(empty, 200, { status: "ok", results: [] });
		expect(seconds).to.be.below(PLUGIN_TIMEOUT_MS / 1_000);
		expect(await logEventsOf("stats", 2)).to.deep.equal(["storage_failed", "storage_failed"]);
	});

	for (const wait of ["device cap", "commit"] as const) {
		it(`stats answers 503 in time, too, where the ${wait} waits for an answer that never comes`, async () => {
			const { answer, seconds } = (await troubles)[wait];
			expect(answer).to.have.property("status", 503);
			expect(seconds).to.be.within(9, PLUGIN_TIMEOUT_MS / 1_000);
		});
	}

	it("stats ends a commit soon after it has answered, instead of sending it again for ten minutes", async () => {
		const { answer, commitsSoonAfter, commitsLater } = (await troubles).refusals;
		expect(answer).to.have.property("status", 503);
		expect(commitsSoonAfter).to.be.greaterThan(5);
		expect(commitsLater).to.equal(commitsSoonAfter);
	});

	it("health asks to be asked again", async () => {
		const { status, retryAfter, token } = await health;
		expect([status, retryAfter]).to.deep.equal([503, "60"]);
		const { log } = await hostWithoutDatabase("health");
		expect(log.tail(50)).to.contain("health_failed").and.not.to.contain(token);
	});

	it("countEvent refuses a delivery, so that it comes again, before the platform ends it", async () => {
		const { status, seconds } = await delivery;
		expect(status).to.equal(500);
		expect(seconds).to.be.below(45);
		expect(await logEventsOf("countEvent", 1)).to.deep.equal(["counting_failed"]);
	});
});

let answers: ReturnType<typeof send>;
let troubles: ReturnType<typeof sendToTroubled>;
let health: ReturnType<typeof askHealth>;
let delivery: ReturnType<typeof deliverOne>;

// These answers take their time: they are asked for before the first test of all, and looked at in the last ones.
before(() => {
	answers = send();
	delivery = deliverOne();
	health = askHealth();
	troubles = sendToTroubled();
	for (const pending of [answers, delivery, health, troubles]) pending.catch(() => {}); // The tests tell it.
});

async function send() {
	const { url } = await hostWithoutDatabase("stats");
	const seconds = stopwatch();
	const [one, array, empty] = await Promise.all([
		post(url, validEvent(newAppId())),
		post(url, [validEvent(newAppId()), "no event"]),
		post(url, []),
	]);
	return { one, array, empty, seconds: seconds() };
}

/**
 * Sends events to an instance that asks for a device's events at its first one. Its database takes the first question of
 * the kind and the first commit and never answers them; later it refuses every commit, and these are counted.
 */
async function sendToTroubled() {
	const hanging = new Set(["RunAggregationQuery", "Commit"]);
	let isRefusing = false;
	let commits = 0;
	const proxy = await startFirestoreProxy(suite.firestoreHost, async (method): Promise<Fate> => {
		if (hanging.delete(method)) return new Promise(() => {});
		if (!isRefusing || method !== "Commit") return { kind: "passed" };
		commits += 1;
		return { kind: "refused", status: REFUSALS.unavailable };
	});
	const instance = await hostFunction("stats", {
		projectId: PROJECT_WITHOUT_TRIGGERS,
		firestoreHost: proxy.host,
		settings: { MAX_DEVICE_EVENTS_PER_DAY: "10" },
	});
	const sendOne = async () => {
		const seconds = stopwatch();
		return { answer: await post(instance.url, validEvent(newAppId())), seconds: seconds() };
	};
	try {
		const hangs = { "device cap": await sendOne(), commit: await sendOne() };
		expect([...hanging], "calls that did not come").to.deep.equal([]);

		isRefusing = true;
		const { answer } = await sendOne();
		// The commit began, and so it ends, a little later than its request: by the wait before its last attempt at most.
		await setTimeout(12_000);
		const commitsSoonAfter = commits;
		await setTimeout(14_000);
		return { ...hangs, refusals: { answer, commitsSoonAfter, commitsLater: commits } };
	} finally {
		await instance.stop();
		await proxy.stop();
	}
}

async function askHealth() {
	const { url } = await hostWithoutDatabase("health");
	const token = newToken();
	const path = `/health?${new URLSearchParams({ app: newAppId(), version: "3.4.8" })}`;
	const { status, headers } = await fetch(url + path, { headers: { authorization: `Bearer ${token}` } });
	return { status, retryAfter: headers.get("retry-after"), token };
}

async function deliverOne() {
	const { url } = await hostWithoutDatabase("countEvent");
	const seconds = stopwatch();
	const time = { seconds: 1_795_614_388, nanoseconds: 940_718_000 };
	const event = createdEvent(PROJECT_WITHOUT_TRIGGERS, "an-event", {
		path: "apps/com.example.shop/devices/device/events/event",
		createTime: time,
		updateTime: time,
		fields: {
			action: "set",
			version_name: "3.4.7",
			is_prod: true,
			is_emulator: false,
			occurred_at: time,
			received_at: time,
			counted_at: null,
		},
	});
	return { status: await deliver(url, event), seconds: seconds() };
}

function stopwatch(): () => number {
	const startedAt = performance.now();
	return () => (performance.now() - startedAt) / 1_000;
}

/** The log events of a function, once there are so many. */
async function logEventsOf(target: "stats" | "countEvent", count: number): Promise<readonly unknown[]> {
	const { log } = await hostWithoutDatabase(target);
	const lines = await eventually(
		() => Promise.resolve(log.lines.filter((line) => line.includes('"log_event"'))),
		({ length }) => length >= count,
	);
	return lines.map((line) => JSON.parse(line).log_event);
}
