import { expect } from "chai";
import { Webhook } from "standardwebhooks";
import { addToken } from "../../functions/admin/tokens/tokens.ts";
import { addWebhook } from "../../functions/admin/webhooks/webhooks.ts";
import { utcDay } from "../../functions/src/events/eventTime.ts";
import { startSchedule } from "../../scripts/emulators/schedule.ts";
import { newAppId } from "../support/appIds.ts";
import { runCommand } from "../support/commands.ts";
import { db, untilCounted } from "../support/database.ts";
import { eventually } from "../support/eventually.ts";
import { post } from "../support/post.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { countRelease, devicesOf } from "../support/release.ts";
import { suite } from "../support/suite.ts";
import { validEvent } from "../support/validEvent.ts";

/** The whole way, as it is deployed: events, counters, the schedule, the trigger, the receiver; and the functions' answers. */
describe("a bad release on the suite", function () {
	// The functions emulator starts a process for each function.
	this.timeout(180_000);

	const appId = newAppId();
	let receiver: Receiver;
	let schedule: Awaited<ReturnType<typeof startSchedule>>;

	before(async () => {
		receiver = await startReceiver();
		schedule = await startSchedule({ projectId: suite.projectId, firestoreHost: suite.firestoreHost, settings: {} });
	});

	after(async () => {
		await schedule.stop();
		await receiver.stop();
	});

	it("is told by one signed message, is on hold, and fails the pipeline, until a good one takes its place", async () => {
		const webhook = await addWebhook(
			db,
			{ appId, url: receiver.url, format: "standard", dashboardUrl: "http://127.0.0.1:5000/" },
			new Date(),
		);
		const token = await addToken(db, appId, "update-server", new Date());
		const events = Array.from({ length: 12 }, (_, device) => {
			const about = { device_id: `device-${device}`, version_name: "3.4.8", old_version_name: "3.4.7" };
			return [validEvent(appId, { ...about, action: "set" }), validEvent(appId, { ...about, action: "update_fail" })];
		}).flat();
		expect((await post(suite.statsUrl, events)).status).to.equal(200);
		await untilCounted(db, appId);
		await schedule.run();

		const messages = await eventually(
			async () => receiver.messages,
			({ length }) => length > 0,
		);
		const [{ headers, body } = { headers: {}, body: "" }] = messages;
		const plain = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
		const { type, data } = new Webhook(webhook?.secret ?? "").verify(body, plain) as {
			readonly type: string;
			readonly data: { readonly sentence: string };
		};
		expect(type).to.equal("release.failing");
		expect(data.sentence).to.match(/^12 of 12 devices failed/);
		expect(await health("3.4.8", token)).to.include({ verdict: "failing", advice: "hold" });
		expect(await check("3.4.8")).to.equal(1);

		const countedAt = Date.now();
		await countRelease(db, { appId, version: "3.4.9", day: utcDay(countedAt), devices: devicesOf(900, 1), countedAt });
		await schedule.run();
		await schedule.run();
		const both = await eventually(
			async () => receiver.messages,
			({ length }) => length > 1,
		);
		expect(
			both.map((message) => JSON.parse(message.body)).map(({ type, data }) => [type, data.version, data.replaces]),
		).to.deep.equal([
			["release.failing", "3.4.8", undefined],
			["release.healthy", "3.4.9", "3.4.8"],
		]);
		expect(await health("3.4.9", token)).to.include({ verdict: "healthy", advice: "continue" });
		expect(await check("3.4.9")).to.equal(0);
	});

	async function health(version: string, token: string | undefined) {
		const url = `${suite.statsUrl.replace(/stats$/, "health")}?${new URLSearchParams({ app: appId, version })}`;
		return (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).json();
	}

	async function check(version: string): Promise<number> {
		return (await runCommand("report", ["--check", "--app", appId, "--version", version])).code;
	}
});
