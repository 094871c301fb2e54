import { expect } from "chai";
import { withoutDocumentNames } from "../../../functions/src/firestore/documentNames.ts";

describe("withoutDocumentNames", () => {
	it("leaves out the document that Firestore names, and with it the device", () => {
		const document = "projects/my-project/databases/(default)/documents/apps/com.example.shop/devices/0b5f3a52";
		expect(withoutDocumentNames(`5 NOT_FOUND: No document to update: ${document}`)).to.equal(
			"5 NOT_FOUND: No document to update: (a document)",
		);
		expect(withoutDocumentNames(`6 ALREADY_EXISTS: ${document} of somebody\n's exists`)).to.equal(
			"6 ALREADY_EXISTS: (a document)",
		);
	});

	it("leaves out a path, too", () => {
		expect(withoutDocumentNames('Value "apps/com.example.shop/devices/a b" is not a valid path.')).to.equal(
			'Value "(a document)',
		);
	});

	it("leaves other messages as they are", () => {
		expect(withoutDocumentNames("14 UNAVAILABLE: no connection")).to.equal("14 UNAVAILABLE: no connection");
	});
});
