import { expect } from "chai";
import { addToken, listTokens, removeToken } from "../../functions/admin/tokens/tokens.ts";
import { openFirestore } from "../../functions/src/firestore/client.ts";
import { JUDGING_DOCUMENT, tokensPath, verdictPath } from "../../functions/src/firestore/paths.ts";
import { createHealthHandler } from "../../functions/src/health/handler.ts";
import { newToken } from "../../functions/src/health/token.ts";
import { watch } from "../../functions/src/watch/watch.ts";
import { type HostedFunction, hostFunction } from "../../scripts/emulators/hostedFunction.ts";
import { newAppId } from "../support/appIds.ts";
import { countRelease, devicesOf } from "../support/release.ts";
import { suite } from "../support/suite.ts";

const TODAY = new Date().toISOString().slice(0, 10);

/** A project of its own: the schedule looks at every app. */
const PROJECT = `demo-health-${process.pid}`;

describe("health", () => {
	const db = openFirestore(PROJECT);
	const appId = newAppId();
	const otherId = newAppId();
	let hosted: HostedFunction;
	let token: string;
	let otherToken: string;

	before(async () => {
		hosted = await hostFunction("health", { projectId: PROJECT, firestoreHost: suite.firestoreHost });
		token = await add(appId, "update-server");
		otherToken = await add(otherId, "update-server");
		const countedAt = Date.now();
		const release = (version: string, devices: ReturnType<typeof devicesOf>) =>
			countRelease(db, { appId, version, day: TODAY, devices, countedAt });
		await release("3.4.7", devicesOf(9_000, 9));
		await release("3.4.8", devicesOf(170, 60));
		await release('3.4.9"\nx', devicesOf(20, 1));
		await judge();
	});

	after(() => hosted.stop());

	async function add(app: string, name: string): Promise<string> {
		const added = await addToken(db, app, name, new Date());
		if (!added) throw new Error("The name is taken.");
		return added;
	}

	const judge = () =>
		watch(db, {
			now: Date.now,
			count: async () => {},
			onMalformed: () => {},
			onFailure: () => {},
			onAppFailure: () => {},
			timeLimitMs: 10_000,
		});

	async function ask(path: string, authorization?: string, init: RequestInit = {}) {
		const headers = authorization === undefined ? {} : { authorization };
		const response = await fetch(`${hosted.url}${path}`, { headers, ...init });
		return { status: response.status, headers: response.headers, text: await response.text() };
	}

	const healthPath = (app: string, version: string) => `/health?${new URLSearchParams({ app, version })}`;

	const healthOf = async (version: string) =>
		JSON.parse((await ask(healthPath(appId, version), `Bearer ${token}`)).text);

	it("says how a release does, and what to do", async () => {
		const health = await healthOf("3.4.8");
		expect(health).to.deep.include({
			app: appId,
			version: "3.4.8",
			verdict: "failing",
			advice: "hold",
			family: "updates",
			since: TODAY,
			stale: false,
		});
		expect(health.sentence).to.match(/^60 of 170 devices failed .*Above the limit of 5 %, beyond chance\.$/);
		expect(health.devices).to.include({ tried: 170, failed: 60 });
		expect(await healthOf("3.4.7")).to.include({ verdict: "healthy", advice: "continue" });
		expect(await healthOf('3.4.9"\nx')).to.include({ verdict: "too early", advice: "wait" });
		expect(await healthOf("9.9.9")).to.include({ verdict: "no data", advice: "wait" });
	});

	it("answers at the function's own address and under Hosting's paths alike", async () => {
		const query = new URLSearchParams({ app: appId, version: "3.4.8" });
		for (const path of [`/?${query}`, `/health?${query}`, `/health/?${query}`]) {
			expect((await ask(path, `Bearer ${token}`)).status, path).to.equal(200);
		}
		expect((await ask(`/other?${query}`, `Bearer ${token}`)).status).to.equal(404);
	});

	it("may be kept by nobody on the way", async () => {
		const { headers } = await ask(healthPath(appId, "3.4.8"), `Bearer ${token}`);
		expect(headers.get("cache-control")).to.equal("private, no-store");
	});

	it("tells nothing without a token of the app: each refusal is the same", async () => {
		const refusals = await Promise.all([
			ask(healthPath(appId, "3.4.8")),
			ask(healthPath(appId, "3.4.8"), `Bearer ${otherToken}`),
			ask(healthPath(appId, "3.4.8"), `Bearer ${newToken()}`),
			ask(healthPath(appId, "3.4.8"), `Basic ${token}`),
			ask(`${healthPath(appId, "3.4.8")}&token=${token}`),
			ask(healthPath(newAppId(), "3.4.8"), `Bearer ${token}`),
			ask(healthPath(otherId, "3.4.8"), `Bearer ${token}`),
			ask(healthPath("../apps", "3.4.8"), `Bearer ${token}`),
			ask(healthPath("x".repeat(300), "3.4.8"), `Bearer ${token}`),
			ask(`/metrics?app=${appId}`, `Bearer ${otherToken}`),
			ask(`/metrics?app=${appId}`),
			ask("/health", `Bearer ${token}`),
			ask("/"),
			ask("/other"),
		]);
		expect(new Set(refusals.map(({ status }) => status))).to.deep.equal(new Set([401]));
		expect(new Set(refusals.map(({ text }) => text)).size).to.equal(1);
		for (const { text } of refusals) expect(text).not.to.contain(appId);
	});

	it("asks for a version, and for GET", async () => {
		expect((await ask(`/health?app=${appId}`, `Bearer ${token}`)).status).to.equal(400);
		const post = await ask(healthPath(appId, "3.4.8"), undefined, {
			method: "POST",
			headers: { authorization: `Bearer ${token}` },
		});
		expect([post.status, post.headers.get("allow")]).to.deep.equal([405, "GET, HEAD"]);
		const head = await ask(healthPath(appId, "3.4.8"), undefined, {
			method: "HEAD",
			headers: { authorization: `Bearer ${token}` },
		});
		expect([head.status, head.text]).to.deep.equal([200, ""]);
	});

	it("stores a token's hash alone", async () => {
		const { docs } = await db.collection(tokensPath(appId)).get();
		expect(docs.map((document) => Object.keys(document.data()).toSorted())).to.deep.equal([
			["added_at", "app_id", "name"],
		]);
		expect(JSON.stringify(docs.map((document) => [document.id, document.data()]))).not.to.contain(token);
	});

	describe("metrics", () => {
		it("hold each release's devices and verdict, and what is wrong with the app", async () => {
			const { status, headers, text } = await ask(`/metrics?app=${appId}`, `Bearer ${token}`);
			expect(status).to.equal(200);
			expect(headers.get("content-type")).to.equal("application/openmetrics-text; version=1.0.0; charset=utf-8");
			const lines = text.split("\n");
			expect(lines).to.include(`updater_release_devices{app="${appId}",version="3.4.8",outcome="failed"} 60`);
			expect(lines).to.include(
				`updater_release_verdict{app="${appId}",version="3.4.8",updater_release_verdict="failing"} 1`,
			);
			expect(lines).to.include(`updater_release_devices{app="${appId}",version="3.4.9\\"\\nx",outcome="tried"} 20`);
			expect(lines).to.include(`updater_uncounted_events{app="${appId}"} 0`);
			expect(text).to.match(/^updater_last_event_age_seconds\{[^}]*\} \d/m);
			expect(text.endsWith("\n# EOF\n")).to.equal(true);
		});

		it("hold the 20 newest releases, however many there are", async () => {
			const many = newAppId();
			const manyToken = await add(many, "grafana");
			const day = (age: number) => new Date(Date.now() - age * 24 * 3_600_000).toISOString().slice(0, 10);
			for (let age = 0; age < 25; age += 1) {
				const version = `1.0.${age}`;
				await countRelease(db, {
					appId: many,
					version,
					day: day(age),
					devices: devicesOf(20, 0),
					countedAt: Date.now(),
				});
			}
			await judge();
			const { text } = await ask(`/metrics?app=${many}`, `Bearer ${manyToken}`);
			const versions = new Set(
				[...text.matchAll(/^updater_release_devices\{.*version="([^"]+)"/gm)].map(([, version]) => version),
			);
			expect(versions.size).to.equal(20);
			expect(versions).to.include("1.0.0").and.not.to.include("1.0.24");
		});
	});

	describe("with the clock in the test's hands", () => {
		/** The handler, and how often its database was asked. */
		function fixture() {
			const clock = { now: Date.now() };
			const handler = createHealthHandler({ db, now: () => clock.now, logs: { healthFailed: () => {} } });
			const get = async (path: string, bearer: string) => {
				let status = 0;
				let body = "";
				const response = {
					writeHead: (code: number) => {
						status = code;
						return response;
					},
					end: (bytes: Buffer) => {
						body = bytes.toString();
					},
				};
				const request = { method: "GET", url: path, headers: { authorization: `Bearer ${bearer}` } };
				await handler(request as never, response as never);
				return { status, health: JSON.parse(body) };
			};
			return { clock, get };
		}

		it("remembers a verdict for a minute", async () => {
			const { clock, get } = fixture();
			const path = healthPath(appId, "3.4.8");
			expect((await get(path, token)).health.verdict).to.equal("failing");
			const verdict = db.doc(verdictPath(appId, "3.4.8"));
			const before = (await verdict.get()).data() ?? {};
			await verdict.update({ verdict: "healthy" });
			try {
				clock.now += 59_000;
				expect((await get(path, token)).health.verdict).to.equal("failing");
				clock.now += 1_000;
				expect((await get(path, token)).health.verdict).to.equal("healthy");
			} finally {
				await verdict.set(before);
			}
		});

		it("takes a token that was removed for another minute, and no longer", async () => {
			const { clock, get } = fixture();
			const short = await add(appId, "short");
			const path = healthPath(appId, "3.4.8");
			expect((await get(path, short)).status).to.equal(200);
			expect(await removeToken(db, appId, "short")).to.equal(true);
			expect((await listTokens(db, appId)).map(({ name }) => name)).to.deep.equal(["update-server"]);
			clock.now += 61_000;
			expect((await get(path, short)).status).to.equal(401);
		});

		it("says when the schedule stands still, and lets nobody go on by it", async () => {
			const { clock, get } = fixture();
			await db.doc(JUDGING_DOCUMENT).update({ ran_at: new Date(clock.now) });
			const path = healthPath(appId, "3.4.7");
			expect((await get(path, token)).health).to.include({ advice: "continue", stale: false });
			clock.now += 16 * 60_000;
			const { health } = await get(path, token);
			expect(health).to.include({ verdict: "healthy", advice: "wait", stale: true });
			expect(health.sentence).to.contain("the function watch does not run");
		});
	});
});
