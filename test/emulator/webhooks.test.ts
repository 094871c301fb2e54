import { expect } from "chai";
import { Webhook } from "standardwebhooks";
import {
	addWebhook,
	listWebhooks,
	MAX_WEBHOOKS,
	rotateSecret,
	tryWebhook,
} from "../../functions/admin/webhooks/webhooks.ts";
import { alertPath, alertsPath, webhooksPath } from "../../functions/src/firestore/paths.ts";
import type { Alert } from "../../functions/src/watch/alert.ts";
import { addAlert, readAlert } from "../../functions/src/watch/alertDocument.ts";
import { FORMATS, type Format } from "../../functions/src/webhooks/formats.ts";
import { type PostOptions, post } from "../../functions/src/webhooks/post.ts";
import { NotSentError, sendAlert } from "../../functions/src/webhooks/sendAlert.ts";
import { createdEvent, deliver, storedDocument } from "../../scripts/emulators/cloudEvent.ts";
import { newAppId } from "../support/appIds.ts";
import { dbWithoutTriggers } from "../support/database.ts";
import { host } from "../support/hosts.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { PROJECT_WITHOUT_TRIGGERS } from "../support/suite.ts";

const db = dbWithoutTriggers;

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const ALERT: Alert = {
	kind: "release",
	version: "3.4.8",
	verdict: "failing",
	verdictBefore: "too early",
	family: "updates",
	since: "2026-03-14",
	devices: 170,
	replaces: null,
	sentence: "15 of 170 devices failed (8.8 %, likely 5 – 14 %). Above the limit of 5 %, beyond chance.",
};

describe("webhooks", () => {
	let receiver: Receiver;
	let appId: string;
	/** The clock is in the test's hands. */
	let now: number;
	let reasons: string[];

	beforeEach(async () => {
		receiver = await startReceiver();
		appId = newAppId();
		now = Date.now();
		reasons = [];
	});

	afterEach(() => receiver.stop());

	const add = async (url = receiver.url, format: Format = "standard") => {
		const added = await addWebhook(
			db,
			{ appId, url, format, dashboardUrl: "https://shop.web.app/" },
			new Date(now - HOUR),
		);
		if (!added) throw new Error("There are too many webhooks.");
		return added;
	};

	const alert = async (told: Alert = ALERT): Promise<string> => {
		const batch = db.batch();
		addAlert(db, batch, appId, told, now);
		const before = new Set(await alertIds());
		await batch.commit();
		return (await alertIds()).find((id) => !before.has(id)) ?? "";
	};

	const alertIds = async () => (await db.collection(alertsPath(appId)).get()).docs.map(({ id }) => id);

	const postWith = (more: Partial<PostOptions> = {}) => ({
		lookup: async () => [{ address: "127.0.0.1", family: 4 }],
		timeLimitMs: 10 * SECOND,
		allowsLoopback: true,
		...more,
	});

	/** One delivery of the trigger. Resolves to whether nothing is left to send. */
	async function deliverOnce(id: string, options = postWith()): Promise<boolean> {
		const send = {
			now: () => now,
			post: (message: Parameters<typeof post>[0]) => post(message, options),
			onFailure: (_app: string, _webhook: string, reason: string) => reasons.push(reason),
		};
		try {
			await sendAlert(db, db.doc(alertPath(appId, id)), send);
			return true;
		} catch (error) {
			if (error instanceof NotSentError) return false;
			throw error;
		}
	}

	/** As the platform delivers: again after a failure, with pauses from 10 s up to 10 minutes, for 24 hours. */
	async function deliverAsThePlatform(id: string): Promise<number> {
		const until = now + 24 * HOUR;
		let pause = 10 * SECOND;
		for (let attempts = 1; ; attempts += 1) {
			if ((await deliverOnce(id)) || now + pause > until) return attempts;
			now += pause;
			pause = Math.min(2 * pause, 10 * MINUTE);
		}
	}

	const webhook = async (id: string) => (await db.doc(`${webhooksPath(appId)}/${id}`).get()).data();

	it("get an alert once, signed, and are noted in it", async () => {
		const { id: webhookId, secret } = await add();
		const id = await alert();
		expect(await deliverOnce(id)).to.equal(true);
		expect(await deliverOnce(id)).to.equal(true);
		expect(receiver.messages).to.have.length(1);
		const [{ headers, body } = { headers: {}, body: "" }] = receiver.messages;
		const verified = new Webhook(secret).verify(body, plainHeaders(headers)) as { readonly type: string };
		expect(verified.type).to.equal("release.failing");
		expect(headers).to.include({ "webhook-id": id, "content-type": "application/json" });
		const stored = readAlert((await db.doc(alertPath(appId, id)).get()).data());
		expect([...(stored?.sentTo ?? [])]).to.deep.equal([webhookId]);
		expect(body).not.to.contain(secret);
	});

	for (const format of FORMATS) {
		it(`get it as ${format}`, async () => {
			await add(receiver.url, format);
			await deliverOnce(await alert());
			expect(receiver.messages[0]?.body).to.contain("15 of 170 devices failed");
		});
	}

	it("that failed get it again, the others not", async () => {
		const failing = await startReceiver();
		try {
			failing.answerWith((response) => response.writeHead(500).end());
			await add();
			await add(failing.url);
			const id = await alert();
			expect(await deliverOnce(id)).to.equal(false);
			failing.answerWith((response) => response.writeHead(200).end("ok"));
			expect(await deliverOnce(id)).to.equal(true);
			expect(receiver.messages).to.have.length(1);
			expect(failing.messages.map(({ headers }) => headers["webhook-id"])).to.deep.equal([id, id]);
			expect(reasons).to.deep.equal(["it answered 500"]);
		} finally {
			await failing.stop();
		}
	});

	it("that answer 500 for an hour get it after that", async () => {
		const { id: webhookId, secret } = await add();
		const from = now;
		receiver.answerWith((response) => response.writeHead(now - from < HOUR ? 500 : 200).end());
		const id = await alert();
		const attempts = await deliverAsThePlatform(id);
		expect(attempts).to.equal(receiver.messages.length).and.to.be.within(8, 15);
		expect(now - from).to.be.within(HOUR, HOUR + 10 * MINUTE);
		// Each attempt is signed anew: a receiver refuses what was signed long ago.
		const times = receiver.messages.map(({ headers }) => Number(headers["webhook-timestamp"]) * SECOND);
		expect(times.at(-1)).to.be.within(now - SECOND, now);
		expect(new Set(receiver.messages.map(({ headers }) => headers["webhook-id"]))).to.deep.equal(new Set([id]));
		expect(await webhook(webhookId)).to.include({ failing_since: null, switched_off_at: null, secret });
		expect(await alertIds()).to.deep.equal([id]);
	});

	it("that fail for a day are switched off, which an alert says once", async () => {
		const { id: webhookId } = await add();
		const other = await startReceiver();
		try {
			const { id: otherId } = await add(other.url);
			receiver.answerWith((response) => response.writeHead(503).end());
			const id = await alert();
			const from = now;
			await deliverAsThePlatform(id);
			expect(now - from).to.be.within(23 * HOUR, 23 * HOUR + 10 * MINUTE);
			expect((await webhook(webhookId))?.["switched_off_at"].toMillis()).to.equal(now);
			expect((await webhook(otherId))?.["switched_off_at"]).to.equal(null);

			const [told = "", ...others] = (await alertIds()).filter((known) => known !== id);
			expect(others).to.deep.equal([]);
			const stored = readAlert((await db.doc(alertPath(appId, told)).get()).data());
			expect(stored?.alert).to.deep.include({ kind: "webhook", webhookId });
			expect(stored?.alert.sentence).to.equal(
				`The webhook ${webhookId} (standard) was switched off: it answered 503. ` +
					"Nothing is sent to it until npm run webhook -- test reaches it.",
			);

			const before = receiver.messages.length;
			expect(await deliverOnce(told)).to.equal(true);
			expect(await deliverOnce(await alert())).to.equal(true);
			expect(receiver.messages).to.have.length(before);
			expect(other.messages).to.have.length(3);
		} finally {
			await other.stop();
		}
	});

	it("that two deliveries find gone are switched off once", async () => {
		await add();
		receiver.answerWith((response) => response.writeHead(410).end());
		const [first, second] = [await alert(), await alert()];
		const outcomes = await Promise.allSettled([deliverOnce(first), deliverOnce(second)]);
		// The one that came second is delivered again, and finds it switched off.
		for (const [index, id] of [first, second].entries()) {
			if (outcomes[index]?.status === "rejected") expect(await deliverOnce(id)).to.equal(true);
		}
		expect(await alertIds()).to.have.length(3);
	});

	it("that say 410 are switched off at once", async () => {
		const { id: webhookId } = await add();
		receiver.answerWith((response) => response.writeHead(410).end());
		expect(await deliverOnce(await alert())).to.equal(true);
		expect((await webhook(webhookId))?.["switched_off_at"].toMillis()).to.equal(now);
		expect(await alertIds()).to.have.length(2);
	});

	it("may be slow, but not for ever", async () => {
		await add();
		receiver.answerWith((response) => setTimeout(() => response.writeHead(200).end(), 300));
		expect(await deliverOnce(await alert())).to.equal(true);
		receiver.answerWith(() => {});
		const start = performance.now();
		expect(await deliverOnce(await alert(), postWith({ timeLimitMs: 500 }))).to.equal(false);
		expect(performance.now() - start).to.be.below(3_000);
		expect(reasons).to.deep.equal(["it did not answer in 0.5 seconds"]);
	});

	it("are not waited for when their answer has a head and no end", async () => {
		await add();
		receiver.answerWith((response) => response.writeHead(200).write("…"));
		const start = performance.now();
		expect(await deliverOnce(await alert())).to.equal(true);
		expect(performance.now() - start).to.be.below(3_000);
	});

	it("whose name is not answered in time fail in time", async () => {
		await add();
		const never = postWith({ timeLimitMs: 300, lookup: () => new Promise(() => {}) });
		expect(await deliverOnce(await alert(), never)).to.equal(false);
		expect(reasons).to.deep.equal(["it did not answer in 0.3 seconds"]);
	});

	it("are never followed to where they redirect", async () => {
		const inside = await startReceiver();
		try {
			await add();
			for (const status of [301, 302, 303, 307, 308]) {
				receiver.answerWith((response) => response.writeHead(status, { location: inside.url }).end());
				expect(await deliverOnce(await alert())).to.equal(false);
				expect(reasons.at(-1)).to.equal(`it answered ${status}, a redirect, which is not followed`);
			}
			expect(inside.messages).to.deep.equal([]);
		} finally {
			await inside.stop();
		}
	});

	it("are refused where their name leads to a private address, before anything is sent", async () => {
		const { port } = new URL(receiver.url);
		await add(`https://hooks.example.org:${port}/`);
		const id = await alert();
		const addresses = (...all: readonly string[]) =>
			postWith({
				allowsLoopback: false,
				lookup: async () => all.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
			});
		for (const all of [["127.0.0.1"], ["10.0.0.8"], ["169.254.169.254"], ["::1"], ["93.184.215.14", "10.0.0.8"]]) {
			expect(await deliverOnce(id, addresses(...all))).to.equal(false);
			expect(reasons.at(-1)).to.equal("its name leads to an address that is not public");
		}
		expect(receiver.messages).to.deep.equal([]);
	});

	it("are connected to at the address that was checked, which is looked up once", async () => {
		const { port } = new URL(receiver.url);
		await add(`http://localhost:${port}/`);
		let lookups = 0;
		const lookup = async () => {
			lookups += 1;
			return [{ address: lookups === 1 ? "127.0.0.1" : "10.0.0.8", family: 4 }];
		};
		expect(await deliverOnce(await alert(), postWith({ lookup }))).to.equal(true);
		expect(lookups).to.equal(1);
		expect(receiver.messages).to.have.length(1);
	});

	it("on the machine itself are refused where no emulator allows them", async () => {
		await add();
		expect(await deliverOnce(await alert(), postWith({ allowsLoopback: false }))).to.equal(false);
		expect(reasons).to.deep.equal(["its URL must begin with https:"]);
		expect(receiver.messages).to.deep.equal([]);
	});

	it("that speak no TLS, or are not there, fail without a word of where they are", async () => {
		const { port } = new URL(receiver.url);
		await add(`https://127.0.0.1:${port}/hook/the-key`);
		await add("http://127.0.0.1:1/hook/the-key");
		expect(await deliverOnce(await alert())).to.equal(false);
		expect(reasons).to.have.length(2);
		for (const reason of reasons)
			expect(reason)
				.to.match(/^it could not be reached \([A-Z_]+\)$/)
				.and.not.to.contain("127");
	});

	it("get nothing of what happened before they were added", async () => {
		const id = await alert();
		now += 2 * HOUR;
		await add();
		expect(await deliverOnce(id)).to.equal(true);
		expect(receiver.messages).to.deep.equal([]);
	});

	it("sign with both secrets after a rotation, and with the new one alone a day later", async () => {
		const { id, secret } = await add();
		const next = (await rotateSecret(db, appId, id, new Date(now))) ?? "";
		await deliverOnce(await alert());
		now += 25 * HOUR;
		await deliverOnce(await alert());
		const signed = receiver.messages.map(({ headers, body }) => {
			const at = new Date(Number(headers["webhook-timestamp"]) * SECOND);
			const sign = (secret: string) => new Webhook(secret).sign(String(headers["webhook-id"]), at, body);
			return [secret, next].map((secret) => String(headers["webhook-signature"]).split(" ").includes(sign(secret)));
		});
		expect(signed).to.deep.equal([
			[true, true],
			[false, true],
		]);
	});

	it("are switched on again by a test that they take", async () => {
		const { id } = await add();
		receiver.answerWith((response) => response.writeHead(410).end());
		await deliverOnce(await alert());
		const [known] = await listWebhooks(db, appId);
		if (!known) throw new Error("There is no webhook.");
		const world = { now: () => now, post: (message: Parameters<typeof post>[0]) => post(message, postWith()) };
		expect(await tryWebhook(db, appId, known, world)).to.include({ ok: false, isGone: true });
		expect((await webhook(id))?.["switched_off_at"]).not.to.equal(null);
		receiver.answerWith((response) => response.writeHead(204).end());
		expect(await tryWebhook(db, appId, known, world)).to.deep.equal({ ok: true });
		expect(await webhook(id)).to.include({ failing_since: null, switched_off_at: null });
		expect(JSON.parse(receiver.messages.at(-1)?.body ?? "{}").type).to.equal("test");
	});

	it("are ten for one app at the most", async () => {
		for (let count = 0; count < MAX_WEBHOOKS; count += 1) await add();
		const eleventh = { appId, url: receiver.url, format: "standard" as const, dashboardUrl: receiver.url };
		expect(await addWebhook(db, eleventh, new Date(now))).to.equal(undefined);
	});

	it("get an alert from the function that is deployed, which asks to be called again when one fails and logs no URL", async () => {
		await add();
		const id = await alert();
		const hosted = await host("sendAlert");
		const snapshot = await db.doc(alertPath(appId, id)).get();
		const event = createdEvent(PROJECT_WITHOUT_TRIGGERS, "1", storedDocument(snapshot));
		receiver.answerWith((response) => response.writeHead(500).end());
		expect(await deliver(hosted.url, event)).to.equal(500);
		receiver.answerWith((response) => response.writeHead(204).end());
		expect(await deliver(hosted.url, event)).to.equal(204);
		expect(await deliver(hosted.url, event)).to.equal(204);
		expect(receiver.messages).to.have.length(2);
		const log = hosted.log.tail(100);
		expect(log).to.contain("webhook_failed").and.not.to.contain("the-key");
	});

	it("lead to the machine itself in no function that is not told to allow it", async () => {
		await add();
		const id = await alert();
		const hosted = await host("sendAlert", { WEBHOOKS_TO_LOOPBACK: "" });
		const snapshot = await db.doc(alertPath(appId, id)).get();
		expect(await deliver(hosted.url, createdEvent(PROJECT_WITHOUT_TRIGGERS, "1", storedDocument(snapshot)))).to.equal(
			500,
		);
		expect(receiver.messages).to.deep.equal([]);
	});
});

function plainHeaders(headers: Receiver["messages"][number]["headers"]): Record<string, string> {
	return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
