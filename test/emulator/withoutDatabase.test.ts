import { expect } from "chai";
import { newAppId } from "../support/appIds.ts";
import { createdEvent, deliver } from "../support/cloudEvent.ts";
import { eventually } from "../support/eventually.ts";
import { hostWithoutDatabase } from "../support/hosts.ts";
import { expectAnswer, post } from "../support/post.ts";
import { PROJECT_WITHOUT_TRIGGERS } from "../support/suite.ts";
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

	it("countEvent refuses a delivery, so that it comes again, before the platform ends it", async () => {
		const { status, seconds } = await delivery;
		expect(status).to.equal(500);
		expect(seconds).to.be.below(45);
		expect(await logEventsOf("countEvent", 1)).to.deep.equal(["counting_failed"]);
	});
});

let answers: ReturnType<typeof send>;
let delivery: ReturnType<typeof deliverOne>;

// These answers take their time: they are asked for before the first test of all, and looked at in the last ones.
before(() => {
	answers = send();
	delivery = deliverOne();
	for (const pending of [answers, delivery]) pending.catch(() => {}); // The tests tell it.
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
