import path from "node:path";
import { expect } from "chai";
import { createdEvent, deliver } from "../../scripts/emulators/cloudEvent.ts";
import { type HostedFunction, hostFunction } from "../../scripts/emulators/hostedFunction.ts";
import { newAppId } from "../support/appIds.ts";
import { host } from "../support/hosts.ts";
import { expectAnswer, post } from "../support/post.ts";
import { PROJECT_WITHOUT_TRIGGERS, suite } from "../support/suite.ts";

const DEVICE = "the-device";

describe("A failure that nobody foresaw", () => {
	let failing: HostedFunction;

	before(async () => {
		failing = await hostFunction("stats", {
			projectId: PROJECT_WITHOUT_TRIGGERS,
			firestoreHost: suite.firestoreHost,
			module: path.join(import.meta.dirname, "../support/failingStats.ts"),
		});
	});
	after(() => failing.stop());

	it("is answered with 500, and its log says where it happened, but names no document and no device", async () => {
		const message = "The server failed to answer: send the events again.";
		expectAnswer(await post(failing.url, "{"), 500, { status: "error", error: "internal", message });
		const lines = failing.log.lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
		expect(lines).to.have.length(1);
		expect(lines[0]).to.include({ severity: "ERROR", log_event: "request_failed", cause: "TypeError" });
		expect(lines[0].stack[0]).to.include("failingStats.ts");
		expect(failing.log.lines.join("\n")).not.to.match(/the-device|projects\/|devices\/|is not a function/);
	});
});

describe("A delivery that can't be read", () => {
	const time = { seconds: 1_795_614_388, nanoseconds: 940_718_000 };
	const { headers, body } = createdEvent(PROJECT_WITHOUT_TRIGGERS, "an-event", {
		path: `apps/${newAppId()}/devices/${DEVICE}/events/event`,
		createTime: time,
		updateTime: time,
		fields: { action: "set" },
	});
	const without = (...names: readonly string[]) =>
		Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));

	for (const [what, event] of [
		["has no body", { headers, body: new Uint8Array() }],
		["holds no document", { headers, body: new Uint8Array([0x1a, 0]) }],
		["is cut off", { headers, body: body.subarray(0, body.length - 5) }],
		["is JSON", { headers: { ...headers, "content-type": "application/json" }, body: Buffer.from("{}") }],
		["is no CloudEvent", { headers: without("ce-type", "ce-id"), body }],
		["names no document", { headers: without("ce-document", "ce-subject"), body: new Uint8Array() }],
	] as const) {
		it(`is refused when it ${what}, with a line in the log that names no device`, async () => {
			const { url, log } = await host("countEvent");
			const earlier = log.lines.length;
			expect(await deliver(url, event)).to.be.within(400, 599);
			const lines = log.lines.slice(earlier).join("\n");
			expect(lines).not.to.equal("");
			expect(lines).not.to.include(DEVICE);
		});
	}
});
