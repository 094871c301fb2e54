import { expect } from "chai";
import { startSuite } from "../../scripts/suite/suite.ts";

describe("a second suite", () => {
	it("runs beside the first with data of its own, and leaves nothing when it stops", async function () {
		this.timeout(60_000);
		const suite = await startSuite({ emulators: ["firestore"] });
		const documents = `http://${suite.firestoreHost}/v1/projects/${suite.projectId}/databases/(default)/documents`;
		const headers = { Authorization: "Bearer owner" };
		try {
			expect(suite.firestoreHost).not.to.equal(process.env["FIRESTORE_EMULATOR_HOST"]);
			const created = await fetch(`${documents}/suites`, { method: "POST", headers, body: "{}" });
			expect(created.status).to.equal(200);
			const listed = await fetch(`${documents}/suites`, { headers });
			expect(await listed.json())
				.to.have.property("documents")
				.with.lengthOf(1);
		} finally {
			await suite.stop();
		}
		const unanswered = await fetch(documents).then(
			() => "answered",
			() => "refused",
		);
		expect(unanswered).to.equal("refused");
	});
});
