import { setTimeout } from "node:timers/promises";
import { expect } from "chai";
import { createdEvent, deliver } from "../../scripts/emulators/cloudEvent.ts";
import { type Fate, REFUSALS, startFirestoreProxy } from "../../scripts/emulators/firestoreProxy.ts";
import { type HostedFunction, hostFunction } from "../../scripts/emulators/hostedFunction.ts";
import { newAppId } from "../support/appIds.ts";
import { eventually } from "../support/eventually.ts";
import { hostWithoutDatabase } from "../support/hosts.ts";
import { expectAnswer, post } from "../support/post.ts";
import { PROJECT_WITHOUT_TRIGGERS, suite } from "../support/suite.ts";
import { validEvent } from "../support/validEvent.ts";

describe("Without a database", () => {
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
		expect(seconds).to.be.below(15);
		expect(await logEventsOf("stats", 2)).to.deep.equal(["storage_failed", "storage_failed"]);
	});

	for (const wait of ["device cap", "commit"] as const) {
		it(`stats answers 503 in time, too, where the ${wait} waits for an answer that never comes`, async () => {
			const { answer, seconds } = await hangs[wait];
			expect(answer).to.have.property("status", 503);
			expect(seconds).to.be.within(9, 13);
		});
	}

	it("stats ends a commit soon after it has answered, instead of sending it again for ten minutes", async () => {
		const { answer, commitsSoonAfter, commitsLater } = await refusals;
		expect(answer).to.have.property("status", 503);
		expect(commitsSoonAfter).to.be.greaterThan(5);
		expect(commitsLater).to.equal(commitsSoonAfter);
	});

	it("countEvent refuses a delivery, so that it comes again, before the platform ends it", async () => {
		const { status, seconds } = await delivery;
		expect(status).to.equal(500);
		expect(seconds).to.be.below(45);
		expect(await logEventsOf("countEvent", 1)).to.deep.equal(["counting_failed"]);
	});
});

let answers: ReturnType<typeof send>;
let hangs: Readonly<Record<"device cap" | "commit", ReturnType<typeof sendToHanging>>>;
let refusals: ReturnType<typeof sendToRefusing>;
let delivery: ReturnType<typeof deliverOne>;

// These answers take their time: they are asked for before the first test of all, and looked at in the last ones.
before(() => {
	answers = send();
	delivery = deliverOne();
	hangs = { "device cap": sendToHanging("RunAggregationQuery"), commit: sendToHanging("Commit") };
	refusals = sendToRefusing();
	for (const pending of [answers, delivery, ...Object.values(hangs), refusals]) pending.catch(() => {}); // The tests tell it.
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

/** Sends an event to an instance whose database takes calls of a method and never answers them. */
async function sendToHanging(method: string) {
	return onProxy(
		async (called) => (called === method ? new Promise<Fate>(() => {}) : { kind: "passed" }),
		async ({ url }) => {
			const seconds = stopwatch();
			return { answer: await post(url, validEvent(newAppId())), seconds: seconds() };
		},
	);
}

/** Sends an event to an instance whose database refuses every commit, and counts these. */
async function sendToRefusing() {
	let commits = 0;
	return onProxy(
		async (method) => {
			if (method !== "Commit") return { kind: "passed" };
			commits += 1;
			return { kind: "refused", status: REFUSALS.unavailable };
		},
		async ({ url }) => {
			const answer = await post(url, validEvent(newAppId()));
			// The commit began, and so it ends, a little later than its request: by the wait before its last attempt at most.
			await setTimeout(6_000);
			const commitsSoonAfter = commits;
			await setTimeout(14_000);
			return { answer, commitsSoonAfter, commitsLater: commits };
		},
	);
}

/** Uses an instance of `stats` that asks for a device's events at its first one, behind a proxy of its own. */
async function onProxy<T>(
	fateOf: (method: string) => Promise<Fate>,
	use: (instance: HostedFunction) => Promise<T>,
): Promise<T> {
	const proxy = await startFirestoreProxy(suite.firestoreHost, fateOf);
	const instance = await hostFunction("stats", {
		projectId: PROJECT_WITHOUT_TRIGGERS,
		firestoreHost: proxy.host,
		settings: { MAX_DEVICE_EVENTS_PER_DAY: "10" },
	});
	try {
		return await use(instance);
	} finally {
		await instance.stop();
		await proxy.stop();
	}
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
