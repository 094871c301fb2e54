import { expect } from "chai";
import { refusal } from "../../../functions/src/http/answer.ts";

describe("refusal", () => {
	const answers = {
		invalid_json: { status: 400, headers: {} },
		invalid_event: { status: 400, headers: {} },
		unauthorized: { status: 401, headers: {} },
		app_not_allowed: { status: 403, headers: {} },
		method_not_allowed: { status: 405, headers: { Allow: "POST, GET, HEAD" } },
		body_timeout: { status: 408, headers: { Connection: "close" } },
		body_too_large: { status: 413, headers: {} },
		too_many_events: { status: 413, headers: {} },
		internal: { status: 500, headers: {} },
		unavailable: { status: 503, headers: { "Retry-After": "60" } },
	} satisfies Record<Parameters<typeof refusal>[0], object>;

	for (const [error, answer] of Object.entries(answers)) {
		it(`answers ${error} with ${answer.status}`, () => {
			expect(refusal(error as keyof typeof answers, "Why.")).to.deep.equal({
				...answer,
				body: { status: "error", error, message: "Why." },
			});
		});
	}

	it("carries what was wrong with each event", () => {
		const issues = [{ path: "action", message: "is required" }];
		expect(refusal("invalid_event", "Why.", { issues }).body).to.deep.equal({
			status: "error",
			error: "invalid_event",
			message: "Why.",
			issues,
		});
	});
});
