import { once } from "node:events";
import { request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { recount } from "../../functions/admin/recount/recount.ts";
import { DEFAULT_MAX_BODY_BYTES } from "../../functions/src/config.ts";
import { ACTION_NAME } from "../../functions/src/events/actions.ts";
import { openFirestore } from "../../functions/src/firestore/client.ts";
import { decodeDocumentId } from "../../functions/src/firestore/documentId.ts";
import { COLLECTIONS } from "../../functions/src/firestore/paths.ts";
import { startFirestoreProxy } from "../../scripts/emulators/firestoreProxy.ts";
import { type HostedFunction, hostFunction } from "../../scripts/emulators/hostedFunction.ts";
import { counting } from "../support/countDirectly.ts";
import { isSoak } from "../support/soak.ts";
import { suite } from "../support/suite.ts";
import { attack, BYSTANDER_APP, type CampaignReport, watchMemory } from "./campaign.ts";
import { HOSTILE_IDS, HOSTILE_NAMES } from "./hostileValues.ts";
import { misplacedDocuments } from "./misplacedDocuments.ts";
import { VALID_EVENT } from "./validEvent.ts";

const REQUESTS = isSoak ? 100_000 : 600;

const MEGABYTE = 1_048_576;

/** What the deployed function has, in bytes: beyond it the platform ends the instance. */
const MEMORY_LIMIT = 1_024 * MEGABYTE;

/** What it may use at the most: a quarter is left for what nobody thought of. */
const MEMORY_BOUND = 0.75 * MEMORY_LIMIT;

/** Bodies of the largest size at a time. */
const LARGE_BODIES = isSoak ? 80 : 8;

/** The largest size of a body, in bytes. */
const LARGEST = DEFAULT_MAX_BODY_BYTES;

/** The emulator takes no commit of more than 4 MB, where production takes 10 MiB: the largest body that it can store, in bytes. */
const LARGEST_STORED = 3 * MEGABYTE;

/** What large bodies hold. */
const LARGE_KINDS: readonly (readonly [what: string, bodyOf: (id: number) => string | Buffer])[] = [
	["that are twenty times as large once they are parsed", junkBody],
	...(isSoak
		? ([
				["full of events", fullBody],
				["that come compressed", (id: number) => gzipSync(fullBody(id))],
			] as const)
		: []),
];

/** How long a slow database takes for a commit, in milliseconds. */
const SLOW_COMMIT_MS = 5_000;

/** Clients that begin a body and never end it. */
const STALLED_CLIENTS = isSoak ? 500 : 50;

/** A project of its own, in which no function is triggered. */
const PROJECT = `demo-attacks-${process.pid}`;

describe("attacks on the hosted stats @soak", () => {
	const db = openFirestore(PROJECT);
	let host: HostedFunction;

	before(async () => {
		host = await hostStats(suite.firestoreHost);
	});

	after(() => host.stop());

	const send = async (fields: object) => {
		const response = await fetch(host.url, { method: "POST", body: JSON.stringify({ ...VALID_EVENT, ...fields }) });
		return { status: response.status, body: (await response.json()) as { status: string } };
	};

	describe("ids and names", () => {
		for (const field of ["app_id", "device_id", "version_name", "old_version_name"]) {
			it(`no ${field} leaves its place`, async () => {
				for (const id of HOSTILE_IDS) {
					const { status, body } = await send({ [field]: id });
					expect(status, JSON.stringify(id)).to.be.oneOf([200, 400]);
					expect(body.status).to.equal(status === 200 ? "ok" : "error");
				}
			});
		}

		it("no action and no metadata key becomes a field path", async () => {
			for (const name of HOSTILE_NAMES) {
				const isName = ACTION_NAME.test(name.trim());
				expect((await send({ action: name })).status, JSON.stringify(name)).to.equal(isName ? 200 : 400);
				expect((await send({ metadata: { [name]: "x" } })).status, JSON.stringify(name)).to.be.oneOf([200, 400]);
			}
		});

		it("what was stored stands in its place, and counts in its place", async () => {
			const apps = await db.collection("apps").listDocuments();
			expect(apps.length).to.be.greaterThan(HOSTILE_IDS.length / 2);
			const count = counting(db);
			for (const { id } of apps) {
				const appId = decodeDocumentId(id);
				await recount(db, { appId, dryRun: false, firstDay: "2020-01-01", count, onProgress: () => {} });
			}
			expect(await misplacedDocuments(db)).to.deep.equal([]);
			const counted = await Promise.all(apps.map((ref) => ref.get()));
			const counts = counted.map((app) => app.get("events"));
			expect(counts.every((count) => count > 0)).to.equal(true);
		});
	});

	describe(`${REQUESTS} mutated requests`, () => {
		let report: CampaignReport;
		let linesBefore: number;

		before(async function () {
			this.timeout(0);
			linesBefore = host.log.lines.length;
			report = await attack(host, { requests: REQUESTS, seed: "attacks", onProgress: showProgress });
			console.log(describeReport(report));
		});

		it("are answered without a single 5xx, whatever they hold", () => {
			const statuses = [...report.outcomes.values()].flatMap((ofKind) => [...ofKind.keys()]);
			expect(statuses.filter((status) => typeof status === "number" && status >= 500)).to.deep.equal([]);
			expect(statuses).not.to.include("no answer");
		});

		it("leave the connection open for whoever told the truth about the length", () => {
			for (const [kind, ofKind] of report.outcomes) {
				if (kind !== "wrong length" && kind !== "10 MB")
					expect([...ofKind.keys()], kind).not.to.include("connection closed");
			}
		});

		it("don't end the function, nor make it log an error", () => {
			expect(() => process.kill(host.pid, 0)).not.to.throw();
			expect(host.log.lines.slice(linesBefore).filter((line) => line.includes('"severity":"ERROR"'))).to.deep.equal([]);
		});

		it("don't make it use more memory than it has", () => {
			expect(report.peakMemory).to.be.lessThan(MEMORY_BOUND);
		});

		it("don't disturb the valid events between them", async () => {
			expect(new Set(report.validAnswers)).to.deep.equal(new Set(['200 {"status":"ok"}']));
			const stored = await db.collectionGroup(COLLECTIONS.events).where("app_id", "==", BYSTANDER_APP).count().get();
			expect(stored.data().count).to.equal(report.validAnswers.length);
		});

		it("get nothing into a place where it doesn't belong", async function () {
			this.timeout(0);
			expect(await misplacedDocuments(db)).to.deep.equal([]);
		});
	});

	for (const [what, bodyOf] of LARGE_KINDS) {
		it(`${LARGE_BODIES} bodies of the largest size at a time, ${what}, leave memory while the database is slow`, async function () {
			this.timeout(0);
			let isSlow = true;
			const proxy = await startFirestoreProxy(suite.firestoreHost, async (method) => {
				if (isSlow && method === "Commit") await delay(SLOW_COMMIT_MS);
				return { kind: "passed" };
			});
			const instance = await hostStats(proxy.host);
			try {
				const memory = watchMemory(instance.pid);
				const statuses = await Promise.all(
					Array.from({ length: LARGE_BODIES }, (_, id) => postLarge(instance.url, bodyOf(id))),
				);
				const peak = await memory.peak();
				console.log(`      ${describeStatuses(statuses)}; at most ${(peak / MEGABYTE).toFixed(0)} MiB`);
				// What can't be stored in time is to be sent again.
				expect(statuses.filter((status) => status !== 200 && status !== 503)).to.deep.equal([]);
				isSlow = false;
				expect(await postLarge(instance.url, bodyOf(0))).to.equal(200);
				expect(peak).to.be.lessThan(MEMORY_BOUND);
			} finally {
				await instance.stop();
				await proxy.stop();
			}
		});
	}

	it("a small body that decompresses to 300 MB leaves memory, on whatever path", async function () {
		this.timeout(60_000);
		const bomb = gzipSync(Buffer.alloc(300 * MEGABYTE, " "));
		const memory = watchMemory(host.pid);
		for (const path of ["/", "/__/health", "/__/x", "/favicon.ico"]) {
			const headers = { "content-encoding": "gzip", "content-type": "application/json" };
			const response = await fetch(host.url + path, { method: "POST", body: bomb, headers });
			expect(response.status, path).to.equal(413);
		}
		expect(await memory.peak()).to.be.lessThan(MEMORY_BOUND);
	});

	it("clients that never end their body hold up nobody", async function () {
		this.timeout(60_000);
		const stalled = Array.from({ length: STALLED_CLIENTS }, (_, index) => {
			const client = request(host.url, { method: "POST", headers: STALLED_HEADERS[index % 3], agent: false });
			client.on("error", () => {});
			client.write(index % 2 === 0 ? "{" : "[".repeat(100_000));
			return client;
		});
		await delay(200);
		const sentAt = performance.now();
		expect((await send({})).status).to.equal(200);
		const chunked = ReadableStream.from([new TextEncoder().encode(JSON.stringify(VALID_EVENT))]);
		const init = { method: "POST", body: chunked, duplex: "half" } as RequestInit;
		expect((await fetch(host.url, init)).status).to.equal(200);
		expect(await postLarge(host.url, fullBody(0))).to.equal(200);
		expect(performance.now() - sentAt).to.be.lessThan(5_000);

		if (isSoak) {
			// The plugin sends again after a 408.
			const answers = await Promise.all(stalled.map((client) => once(client, "response")));
			expect(new Set(answers.map(([response]) => response.statusCode))).to.deep.equal(new Set([408]));
		}
		for (const client of stalled) client.destroy();
	});
});

/** How a client that never ends its body announces it. */
const STALLED_HEADERS = [{ "content-length": 200_000 }, {}, { "content-encoding": "gzip" }];

/** Hosts `stats` with the memory of the deployed function. */
async function hostStats(firestoreHost: string): Promise<HostedFunction> {
	// Where memory is limited, Node takes half of it for its heap. Here it would take more and collect less.
	process.env["NODE_OPTIONS"] = `--max-old-space-size=${MEMORY_LIMIT / MEGABYTE / 2}`;
	try {
		return await hostFunction("stats", { projectId: PROJECT, firestoreHost });
	} finally {
		delete process.env["NODE_OPTIONS"];
	}
}

/** A valid event of the largest size, twenty times as large once it is parsed. */
function junkBody(id: number): string {
	const event = JSON.stringify({ ...VALID_EVENT, device_id: `large-${id}` });
	const junk = "{},".repeat(Math.floor((LARGEST - event.length) / 3) - 10);
	return `${event.slice(0, -1)},"junk":[${junk}0]}`;
}

/** As many events as a request may hold, of the largest size together, each with all that is stored of one. */
function fullBody(id: number): string {
	const event = (index: number, length: number) => ({
		...VALID_EVENT,
		device_id: `large-${id}`,
		timestamp: Date.now() + index,
		metadata: Object.fromEntries(Array.from({ length: 4 }, (_, key) => [`key_${key}`, "é".repeat(length)])),
	});
	const room = LARGEST_STORED / 500 - Buffer.byteLength(JSON.stringify(event(0, 0))) - 16;
	const body = JSON.stringify(Array.from({ length: 500 }, (_, index) => event(index, Math.floor(room / 8))));
	if (Buffer.byteLength(body) > LARGEST_STORED) throw new RangeError("The body is larger than the largest.");
	return body;
}

async function postLarge(url: string, body: string | Buffer): Promise<number> {
	const headers = typeof body === "string" ? {} : { "content-encoding": "gzip" };
	const response = await fetch(url, { method: "POST", body, headers });
	await response.arrayBuffer();
	return response.status;
}

function describeStatuses(statuses: readonly number[]): string {
	return [...Map.groupBy(statuses, (status) => status)].map(([status, of]) => `${of.length} × ${status}`).join(", ");
}

function showProgress(answered: number): void {
	if (isSoak && answered % 10_000 === 0) console.log(`      ${answered} of ${REQUESTS} answered`);
}

function describeReport({ outcomes, validLatenciesMs, peakMemory, seconds }: CampaignReport): string {
	const kinds = [...outcomes].map(([kind, ofKind]) => {
		const counts = [...ofKind].map(([outcome, count]) => `${count} × ${outcome}`);
		return `      ${kind.padEnd(30)}${counts.join(", ")}`;
	});
	const latency = (share: number) => validLatenciesMs[Math.floor(validLatenciesMs.length * share)]?.toFixed(0);
	return [
		...kinds,
		`      ${seconds.toFixed(1)} s, at most ${(peakMemory / MEGABYTE).toFixed(0)} MiB; ` +
			`${validLatenciesMs.length} valid events: p50 ${latency(0.5)} ms, p99 ${latency(0.99)} ms`,
	].join("\n");
}
