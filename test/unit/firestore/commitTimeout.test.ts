import { expect } from "chai";
import { limitCommits } from "../../../functions/src/firestore/commitTimeout.ts";

describe("limitCommits", () => {
	const call = (method: string, argument: object) => ({
		argument,
		methodDefinition: { path: `/google.firestore.v1.Firestore/${method}` },
		callOptions: { deadline: new Date(60_000), other: "option" },
	});

	it("gives every attempt of a commit the deadline of its first one", () => {
		let now = 1_000;
		const limit = limitCommits(() => now);
		const [one, other] = [call("Commit", {}), call("Commit", {})];
		expect(limit(one).callOptions).to.deep.equal({ deadline: 11_000, other: "option" });
		now = 9_000;
		expect(limit(one).callOptions.deadline).to.equal(11_000);
		expect(limit(other).callOptions.deadline).to.equal(19_000);
	});

	it("leaves other calls as they are", () => {
		const read = call("BatchGetDocuments", {});
		expect(limitCommits()(read)).to.equal(read);
	});
});
