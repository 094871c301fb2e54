import { expect } from "chai";
import { Webhook } from "standardwebhooks";
import { newSecret, signatureHeaders } from "../../../functions/src/webhooks/signature.ts";

const BODY = JSON.stringify({ type: "test", data: { name: "3.4.8 “ü”" } });

describe("a signature", () => {
	it("is taken by a published library for Standard Webhooks", () => {
		const secret = newSecret();
		const headers = signatureHeaders("alert-1", Date.now(), BODY, [secret]);
		expect(new Webhook(secret).verify(BODY, headers)).to.deep.equal(JSON.parse(BODY));
	});

	it("is the one that the library makes", () => {
		const secret = newSecret();
		const headers = signatureHeaders("alert-1", 1_795_409_300_123, BODY, [secret]);
		expect(headers["webhook-timestamp"]).to.equal("1795409300");
		expect(headers["webhook-signature"]).to.equal(
			new Webhook(secret).sign("alert-1", new Date(1_795_409_300_123), BODY),
		);
	});

	it("does not hold for another body, id or secret, nor much later", () => {
		const secret = newSecret();
		const headers = signatureHeaders("alert-1", Date.now(), BODY, [secret]);
		expect(() => new Webhook(secret).verify(`${BODY} `, headers)).to.throw();
		expect(() => new Webhook(secret).verify(BODY, { ...headers, "webhook-id": "alert-2" })).to.throw();
		expect(() => new Webhook(newSecret()).verify(BODY, headers)).to.throw();
		const old = signatureHeaders("alert-1", Date.now() - 10 * 60_000, BODY, [secret]);
		expect(() => new Webhook(secret).verify(BODY, old)).to.throw("too old");
	});

	it("is made with the old secret, too, while it is rotated", () => {
		const [secret, before] = [newSecret(), newSecret()];
		const headers = signatureHeaders("alert-1", Date.now(), BODY, [secret, before]);
		for (const known of [secret, before]) new Webhook(known).verify(BODY, headers);
	});
});

describe("a secret", () => {
	it("has the form and the length that the specification asks for, and is new each time", () => {
		const secrets = [newSecret(), newSecret()];
		for (const secret of secrets) {
			expect(secret).to.match(/^whsec_[A-Za-z0-9+/]+=*$/);
			expect(Buffer.from(secret.slice(6), "base64").length).to.be.within(24, 64);
		}
		expect(new Set(secrets).size).to.equal(2);
	});
});
