import { once } from "node:events";
import { connect } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { expect } from "chai";
import type { HostedFunction } from "../../scripts/emulators/hostedFunction.ts";
import { newAppId } from "../support/appIds.ts";
import { dbWithoutTriggers, readApp } from "../support/database.ts";
import { eventually } from "../support/eventually.ts";
import { host } from "../support/hosts.ts";
import { expectAnswer, post, request } from "../support/post.ts";
import { suite } from "../support/suite.ts";
import { validEvent } from "../support/validEvent.ts";

const ALLOWED_APP = "com.example.allowed";

const notJson = {
	status: "error",
	error: "invalid_json",
	message: "The body is not JSON: send one event as an object, or an array of events.",
};
const malformedAction = "must be 1 to 64 letters, digits and underscores, a letter first";
const malformedActionIssue = { path: "action", message: malformedAction };
const appNotAllowed = {
	error: "app_not_allowed",
	message: "This app is not on the server's list: add it to the ALLOWED_APPS setting to accept it.",
};

describe("The answers of stats", () => {
	let stats: HostedFunction;
	let strict: HostedFunction;
	let secured: HostedFunction;

	before(async () => {
		[stats, strict, secured] = await Promise.all([
			host("stats"),
			host("stats", { ALLOWED_APPS: ALLOWED_APP, MAX_BODY_BYTES: "4096", MAX_EVENTS_PER_REQUEST: "3" }),
			host("stats", { STATS_SECRETS: "new-secret, old-secret, q+/4=" }),
		]);
	});

	describe("to events", () => {
		it("200: one valid event", async () => {
			expectAnswer(await post(stats.url, validEvent(newAppId())), 200, { status: "ok" });
		});

		it("200: an array of one", async () => {
			const results = [{ index: 0, status: "ok" }];
			expectAnswer(await post(stats.url, [validEvent(newAppId())]), 200, { status: "ok", results });
		});

		it("200: an empty array", async () => {
			expectAnswer(await post(stats.url, []), 200, { status: "ok", results: [] });
		});

		it("200: an array of good and bad events, the bad ones named, the good ones stored", async () => {
			const app = newAppId();
			const answer = await post(stats.url, [
				validEvent(app),
				validEvent(app, { action: "re boot" }),
				"event",
				null,
				[],
				validEvent(app, { action: "get" }),
				{ ...validEvent(app), device_id: null, is_prod: "yes" },
			]);
			expectAnswer(answer, 200, {
				status: "ok",
				results: [
					{ index: 0, status: "ok" },
					{
						index: 1,
						status: "error",
						error: "invalid_event",
						message: `action ${malformedAction}`,
						issues: [malformedActionIssue],
					},
					...[2, 3, 4].map((index) => ({
						index,
						status: "error",
						error: "invalid_event",
						message: "an event must be a JSON object",
						issues: [{ path: "", message: "an event must be a JSON object" }],
					})),
					{ index: 5, status: "ok" },
					{
						index: 6,
						status: "error",
						error: "invalid_event",
						message: "device_id is required: send a string; is_prod must be true or false",
						issues: [
							{ path: "device_id", message: "is required: send a string" },
							{ path: "is_prod", message: "must be true or false" },
						],
					},
				],
			});
			const events = Object.entries(await readApp(dbWithoutTriggers, app, 0)).filter(([path]) =>
				path.includes("/events/"),
			);
			expect(events.map(([, event]) => event?.["action"])).to.have.members(["set", "get"]);
		});

		it("400: one invalid event", async () => {
			expectAnswer(await post(stats.url, validEvent(newAppId(), { action: "re boot" })), 400, {
				status: "error",
				error: "invalid_event",
				message: `action ${malformedAction}`,
				issues: [malformedActionIssue],
			});
		});

		it("400: an array without a valid event", async () => {
			expectAnswer(await post(stats.url, [validEvent(newAppId(), { action: "re boot" })]), 400, {
				status: "error",
				error: "invalid_event",
				message: "The array holds no valid event.",
				results: [
					{
						index: 0,
						status: "error",
						error: "invalid_event",
						message: `action ${malformedAction}`,
						issues: [malformedActionIssue],
					},
				],
			});
		});

		it("413: an array that is longer than the limit, of whatever", async () => {
			const message = "The array holds 4 events: send at most 3.";
			expectAnswer(await post(strict.url, [1, 2, 3, 4]), 413, { status: "error", error: "too_many_events", message });
			expectAnswer(
				await post(
					strict.url,
					[1, 2, 3].map(() => validEvent(ALLOWED_APP)),
				),
				200,
				{ status: "ok", results: [0, 1, 2].map((index) => ({ index, status: "ok" })) },
			);
		});

		it("403: an event of an app that is not on the list", async () => {
			expectAnswer(await post(strict.url, validEvent(newAppId())), 403, { status: "error", ...appNotAllowed });
		});

		it("403: an array of such events", async () => {
			expectAnswer(await post(strict.url, [validEvent(newAppId())]), 403, {
				status: "error",
				error: "app_not_allowed",
				message: "No event is of an app on the server's list.",
				results: [{ index: 0, status: "error", ...appNotAllowed }],
			});
		});

		it("200: an array of which one event is of an app on the list", async () => {
			const answer = await post(strict.url, [validEvent(newAppId()), validEvent(ALLOWED_APP)]);
			const results = [
				{ index: 0, status: "error", ...appNotAllowed },
				{ index: 1, status: "ok" },
			];
			expectAnswer(answer, 200, { status: "ok", results });
		});
	});

	describe("to bodies", () => {
		for (const body of ["", "{", "app_id=com.example"]) {
			it(`400: ${JSON.stringify(body)}, which is not JSON`, async () => {
				expectAnswer(await post(stats.url, body), 400, notJson);
			});
		}

		it("400: JSON that is neither an object nor an array", async () => {
			const message = "The body must be a JSON object (one event) or an array of events.";
			expectAnswer(await post(stats.url, "42"), 400, { status: "error", error: "invalid_json", message });
		});

		const contentTypes = [
			"application/json; charset=utf-8",
			"text/plain",
			"application/x-www-form-urlencoded",
			"application/octet-stream",
			"application/cloudevents+json",
			"multipart/form-data; boundary=x",
			"application/json; charset=utf-99",
			"nonsense",
			"",
		];
		for (const contentType of contentTypes) {
			it(`200: JSON that calls itself ${JSON.stringify(contentType)}`, async () => {
				const answer = await post(stats.url, validEvent(newAppId()), { "content-type": contentType });
				expectAnswer(answer, 200, { status: "ok" });
			});
		}

		it("200: JSON in bytes without a Content-Type", async () => {
			const body = new Blob([JSON.stringify(validEvent(newAppId()))]);
			expectAnswer(await request(stats.url, { method: "POST", body }), 200, { status: "ok" });
		});

		for (const [encoding, compress] of Object.entries({
			gzip: gzipSync,
			deflate: deflateSync,
			br: brotliCompressSync,
		})) {
			it(`200: a body compressed with ${encoding}`, async () => {
				const body = compress(JSON.stringify(validEvent(newAppId())));
				expectAnswer(await post(stats.url, body, { "content-encoding": encoding }), 200, { status: "ok" });
			});
		}

		for (const encoding of ["GZIP", "x-gzip"]) {
			it(`200: a body compressed with gzip that calls it ${encoding}`, async () => {
				const body = gzipSync(JSON.stringify(validEvent(newAppId())));
				expectAnswer(await post(stats.url, body, { "content-encoding": encoding }), 200, { status: "ok" });
			});
		}

		for (const encoding of ["gzip", "br", "utf-8"]) {
			it(`200: plain JSON that calls itself encoded with ${encoding}`, async () => {
				const answer = await post(stats.url, validEvent(newAppId()), { "content-encoding": encoding });
				expectAnswer(answer, 200, { status: "ok" });
			});
		}

		it("400: what is neither compressed as it says nor JSON", async () => {
			const message = "The body can't be decompressed as br.";
			const answer = await post(stats.url, gzipSync("[]"), { "content-encoding": "br" });
			expectAnswer(answer, 400, { status: "error", error: "invalid_json", message });
		});

		it("200: a body in chunks, without its length", async () => {
			const [head, tail] = [`[${JSON.stringify(validEvent(newAppId()))}`, "]"];
			const body = ReadableStream.from([head, tail].map((text) => new TextEncoder().encode(text)));
			const answer = await request(stats.url, { method: "POST", body, duplex: "half" } as RequestInit);
			expectAnswer(answer, 200, { status: "ok", results: [{ index: 0, status: "ok" }] });
		});

		const tooLarge = {
			status: "error",
			error: "body_too_large",
			message: "The body is larger than 4096 bytes: send fewer events in one request.",
		};

		it("413: a body that is larger than the limit", async () => {
			expectAnswer(await post(strict.url, `[${" ".repeat(4_095)}]`), 413, tooLarge);
			expectAnswer(await post(strict.url, `[${" ".repeat(4_094)}]`), 200, { status: "ok", results: [] });
		});

		it("413: a body of 20 MB, whose sender gets to read the answer", async () => {
			expectAnswer(await post(strict.url, Buffer.alloc(20_000_000)), 413, tooLarge);
		});

		it("413: a small body that decompresses to a large one", async () => {
			const bomb = gzipSync(Buffer.alloc(2_000_000, " "));
			expect(bomb.byteLength).to.be.below(4_096);
			expectAnswer(await post(strict.url, bomb, { "content-encoding": "gzip" }), 413, tooLarge);
		});

		it("goes on serving when a client closes the connection within its body, and logs no error", async () => {
			const earlier = stats.log.lines.length;
			const socket = connect(Number(new URL(stats.url).port), "127.0.0.1");
			await once(socket, "connect");
			socket.end('POST / HTTP/1.1\r\nHost: stats\r\nContent-Length: 100\r\n\r\n[{"app_id"');
			const lines = () => Promise.resolve(stats.log.lines.slice(earlier));
			const logged = await eventually(lines, ({ length }) => length > 0);
			expect(logged.map((line) => JSON.parse(line))).to.deep.equal([
				{
					severity: "WARNING",
					message: "Request refused",
					log_event: "request_refused",
					reason: "body_timeout",
					status: 408,
				},
			]);
			expectAnswer(await post(stats.url, []), 200, { status: "ok", results: [] });
		});
	});

	describe("to requests", () => {
		it("200: GET, as a health check", async () => {
			expectAnswer(await request(stats.url, { method: "GET" }), 200, { status: "ok" });
			expectAnswer(await request(secured.url, { method: "GET" }), 200, { status: "ok" });
		});

		it("200: HEAD, with the headers of GET and no body", async () => {
			const answer = await request(stats.url, { method: "HEAD" });
			expect(answer.status).to.equal(200);
			expect(answer.body).to.equal(undefined);
			expect(answer.headers.get("content-type")).to.equal("application/json; charset=utf-8");
			expect(answer.headers.get("content-length")).to.equal("15");
		});

		for (const method of ["PUT", "PATCH", "DELETE", "OPTIONS"]) {
			it(`405: ${method}`, async () => {
				const answer = await request(stats.url, { method });
				const message = "Send events with POST.";
				expectAnswer(answer, 405, { status: "error", error: "method_not_allowed", message });
				expect(answer.headers.get("allow")).to.equal("POST, GET, HEAD");
			});
		}

		const unauthorized = {
			status: "error",
			error: "unauthorized",
			message:
				"The secret is missing or wrong: send it as the query parameter `secret` or the header `x-stats-secret`.",
		};

		it("401: no secret where one is required, whatever the body", async () => {
			expectAnswer(await post(secured.url, validEvent(newAppId())), 401, unauthorized);
			expectAnswer(await post(secured.url, "{"), 401, unauthorized);
		});

		for (const secret of ["wrong", "", "new-secre", "new-secret ", "new-secret, old-secret", "none"]) {
			it(`401: the wrong secret ${JSON.stringify(secret)}`, async () => {
				const query = `${secured.url}?secret=${encodeURIComponent(secret)}`;
				expectAnswer(await post(query, validEvent(newAppId())), 401, unauthorized);
			});
		}

		it("401: a secret that is given twice", async () => {
			expectAnswer(await post(`${secured.url}?secret=new-secret&secret=x`, []), 401, unauthorized);
		});

		for (const secret of ["new-secret", "old-secret"]) {
			it(`200: the secret ${secret}, in the query or in the header, while both are valid`, async () => {
				expectAnswer(await post(`${secured.url}?secret=${secret}`, validEvent(newAppId())), 200, { status: "ok" });
				const inHeader = await post(secured.url, validEvent(newAppId()), { "x-stats-secret": secret });
				expectAnswer(inHeader, 200, { status: "ok" });
			});
		}

		it("200: a secret with a plus, pasted into the URL as it is, or encoded", async () => {
			for (const secret of ["q+/4=", "q%2B%2F4%3D"]) {
				expectAnswer(await post(`${secured.url}?secret=${secret}`, validEvent(newAppId())), 200, { status: "ok" });
			}
			expectAnswer(await post(`${secured.url}?secret=q%20%2F4%3D`, validEvent(newAppId())), 401, unauthorized);
		});

		it("200: a path of which the hosting framework makes something else", async () => {
			for (const path of ["/__/health", "/__/", "/favicon.ico", "/robots.txt"]) {
				expectAnswer(await request(stats.url + path, { method: "GET" }), 200, { status: "ok" });
				expectAnswer(await post(stats.url + path, "{"), 400, notJson);
			}
		});

		it("writes no secret to its log", () => {
			expect(secured.log.lines.join("\n")).not.to.match(/new-secret|old-secret/);
		});
	});

	describe("from the emulator suite", () => {
		it("200: GET and HEAD", async () => {
			expectAnswer(await request(suite.statsUrl, { method: "GET" }), 200, { status: "ok" });
			expect(await request(suite.statsUrl, { method: "HEAD" })).to.include({ status: 200, body: undefined });
		});

		it("400, 405 and 413, with our own bodies", async () => {
			expectAnswer(await post(suite.statsUrl, "{"), 400, notJson);
			expect(await request(suite.statsUrl, { method: "PUT" })).to.have.property("status", 405);
			expectAnswer(await post(suite.statsUrl, Buffer.alloc(4_194_305)), 413, {
				status: "error",
				error: "body_too_large",
				message: "The body is larger than 4194304 bytes: send fewer events in one request.",
			});
		});

		it("200: an empty array, compressed, as form data", async () => {
			const headers = { "content-encoding": "gzip", "content-type": "application/x-www-form-urlencoded" };
			expectAnswer(await post(suite.statsUrl, gzipSync("[]"), headers), 200, { status: "ok", results: [] });
		});
	});
});
