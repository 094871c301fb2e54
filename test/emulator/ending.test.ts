import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout } from "node:timers/promises";
import { expect } from "chai";
import { type Fate, type FirestoreProxy, startFirestoreProxy } from "../../scripts/emulators/firestoreProxy.ts";
import { type HostedFunction, hostFunction } from "../../scripts/emulators/hostedFunction.ts";
import { newAppId } from "../support/appIds.ts";
import { storedEvents } from "../support/deliveries.ts";
import { host } from "../support/hosts.ts";
import { post, request } from "../support/post.ts";
import { PROJECT_WITHOUT_TRIGGERS, suite } from "../support/suite.ts";
import { validEvent } from "../support/validEvent.ts";

const REQUESTS = 60;

/** What fetch tells of a request: https://github.com/nodejs/undici/blob/main/docs/docs/api/DiagnosticsChannel.md */
const BODY_SENT = "undici:request:bodySent";

describe("An instance of stats that ends in the middle of its commits", () => {
	let proxy: FirestoreProxy;
	let instance: HostedFunction;
	let fateOf: (method: string) => Promise<Fate>;
	let onCommitted: () => void;
	let acknowledgedNow: number;

	beforeEach(async () => {
		fateOf = async () => ({ kind: "passed" });
		onCommitted = () => {};
		acknowledgedNow = 0;
		proxy = await startFirestoreProxy(
			suite.firestoreHost,
			(method) => fateOf(method),
			({ method, status }) => {
				if (method === "Commit" && status === 0) onCommitted();
			},
		);
		instance = await hostFunction("stats", { projectId: PROJECT_WITHOUT_TRIGGERS, firestoreHost: proxy.host });
		await post(instance.url, []);
	});
	afterEach(async () => {
		await instance.stop();
		await proxy.stop();
	});

	/** Sends events, each alone in its request. Resolves to those that were acknowledged, and those that were not. */
	async function sendAll(url: string, events: readonly object[], between: () => Promise<unknown> = async () => {}) {
		const outcomes = await Promise.all(
			events.map(async (event) => {
				await between();
				const status = await post(url, event).then(
					(answer) => answer.status,
					() => undefined,
				);
				if (status === 200) acknowledgedNow += 1;
				return { event, status };
			}),
		);
		return {
			acknowledged: outcomes.filter(({ status }) => status === 200).map(({ event }) => event),
			lost: outcomes.filter(({ status }) => status !== 200).map(({ event }) => event),
		};
	}

	const eventsOf = (appId: string) =>
		Array.from({ length: REQUESTS }, (_, index) =>
			validEvent(appId, { device_id: `device-${index}`, timestamp: Date.now() }),
		);

	it("by SIGTERM: answers every request that it has, takes no other one, and exits", async () => {
		const appId = newAppId();
		const committing = Promise.withResolvers<void>();
		fateOf = async (method) => {
			if (method === "Commit") await committing.promise;
			return { kind: "passed" };
		};
		const sent = untilSent(REQUESTS);
		const sending = sendAll(instance.url, eventsOf(appId));
		await sent;
		// Connections are accepted in their order: an instance that answers later ones has read all the earlier requests.
		for (let later = 0; later < 2; later += 1) await request(instance.url, { method: "GET" });
		const endedAt = performance.now();
		process.kill(instance.pid, "SIGTERM");
		await setTimeout(200);
		const [refused] = await once(connect(Number(new URL(instance.url).port), "127.0.0.1"), "error");
		expect(refused).to.have.property("code", "ECONNREFUSED");

		committing.resolve();
		const { acknowledged } = await sending;
		expect(acknowledged).to.have.length(REQUESTS);
		expect(await storedEvents(appId)).to.have.length(REQUESTS);
		await untilGone(instance.pid);
		expect(performance.now() - endedAt).to.be.below(9_000);
	});

	it("by SIGTERM: exits within the time that the platform gives, whatever a client still sends", async () => {
		const hung = connect(Number(new URL(instance.url).port), "127.0.0.1");
		hung.on("error", () => {});
		hung.write("POST / HTTP/1.1\r\nHost: stats\r\nContent-Length: 100\r\n\r\n[");
		await setTimeout(200);
		const endedAt = performance.now();
		process.kill(instance.pid, "SIGTERM");
		await untilGone(instance.pid);
		expect(performance.now() - endedAt).to.be.within(1_000, 9_900);
	});

	it("by SIGKILL: what was acknowledged is stored, and what is sent again is stored once", async () => {
		const appId = newAppId();
		const events = eventsOf(appId);
		onCommitted = () => {
			// Firestore has committed, but the instance will never hear of it.
			if (acknowledgedNow < 10) return;
			onCommitted = () => {};
			process.kill(instance.pid, "SIGKILL");
		};
		const { acknowledged, lost } = await sendAll(instance.url, events, () => setTimeout(Math.random() * 1_500));
		expect(acknowledged).not.to.be.empty;
		expect(lost).not.to.be.empty;
		const stored = new Set((await storedEvents(appId)).map((event) => event.get("device_id")));
		expect(stored).to.include.keys(acknowledged.map((event) => Object(event).device_id));
		expect(stored.size).to.be.greaterThan(acknowledged.length);

		const next = await host("stats");
		expect((await sendAll(next.url, lost)).lost).to.deep.equal([]);
		expect(await storedEvents(appId)).to.have.length(REQUESTS);
	});
});

/** Resolves once this process has sent so many bodies whole. */
function untilSent(bodies: number): Promise<void> {
	return new Promise((resolve) => {
		let sent = 0;
		const onSent = () => {
			sent += 1;
			if (sent < bodies) return;
			unsubscribe(BODY_SENT, onSent);
			resolve();
		};
		subscribe(BODY_SENT, onSent);
	});
}

/** Resolves once a process has ended. */
async function untilGone(pid: number): Promise<void> {
	for (;;) {
		try {
			process.kill(pid, 0);
		} catch {
			return;
		}
		await setTimeout(50);
	}
}
