import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { openFirestore } from "../../functions/src/firestore/client.ts";
import { suite } from "../support/suite.ts";

describe("openFirestore", () => {
	it("opens the database of the project that is named, whichever was opened before", async () => {
		const one = openFirestore(suite.projectId);
		const other = openFirestore("demo-other");
		const path = `apps/${randomUUID()}`;
		await one.doc(path).create({ app_id: "com.example.one" });
		await other.doc(path).create({ app_id: "com.example.other" });
		expect((await openFirestore(suite.projectId).doc(path).get()).data()).to.deep.equal({ app_id: "com.example.one" });
		expect((await openFirestore("demo-other").doc(path).get()).data()).to.deep.equal({ app_id: "com.example.other" });
	});
});
