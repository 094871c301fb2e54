import { expect } from "chai";
import { type HostedFunction, hostFunction } from "../../scripts/suite/hostedFunction.ts";
import { newAppId } from "../support/appIds.ts";
import { expectAnswer, type HttpAnswer, post } from "../support/post.ts";
import { PROJECT_WITHOUT_TRIGGERS } from "../support/suite.ts";
import { validEvent } from "../support/validEvent.ts";

const CLOSED_PORT = "127.0.0.1:1";

describe("stats while the database is away", () => {
	it("answers 503 with Retry-After before the plugin gives up, and 200 to what stores nothing", async () => {
		const { one, array, empty, seconds, log } = await answers;
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
		expect(log.lines.map((line) => JSON.parse(line).log_event)).to.deep.equal(["storage_failed", "storage_failed"]);
	});
});

type Answers = {
	readonly one: HttpAnswer;
	readonly array: HttpAnswer;
	readonly empty: HttpAnswer;
	readonly seconds: number;
	readonly log: HostedFunction["log"];
};

let answers: Promise<Answers>;

// The answers take ten seconds: they are asked for before the first test of all, and are there when they are looked at.
before(() => {
	answers = askWithoutDatabase();
	answers.catch(() => {}); // The test tells it.
});

async function askWithoutDatabase(): Promise<Answers> {
	const stats = await hostFunction("stats", { projectId: PROJECT_WITHOUT_TRIGGERS, firestoreHost: CLOSED_PORT });
	const startedAt = performance.now();
	try {
		const [one, array, empty] = await Promise.all([
			post(stats.url, validEvent(newAppId())),
			post(stats.url, [validEvent(newAppId()), "no event"]),
			post(stats.url, []),
		]);
		return { one, array, empty, seconds: (performance.now() - startedAt) / 1_000, log: stats.log };
	} finally {
		await stats.stop();
	}
}
