import { expect } from "chai";
import { allowsLoopback } from "../../../functions/src/config.ts";
import { checkUrl, isAllowedAddress } from "../../../functions/src/webhooks/address.ts";

const DEPLOYED = { allowsLoopback: false };
const EMULATED = { allowsLoopback: true };

const problemOf = (url: string, policy = DEPLOYED) => {
	const checked = checkUrl(url, policy);
	return checked.ok ? null : checked.problem;
};

describe("the URL of a webhook", () => {
	it("is https, of a public server", () => {
		for (const url of [
			"https://hooks.slack.com/services/T0/B0/key",
			"https://discord.com/api/webhooks/1/key",
			"https://example.com:8443/hook?key=1",
			"https://93.184.215.14/hook",
			"https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/hook",
			"https://bücher.example.org/",
		]) {
			expect(problemOf(url), url).to.equal(null);
		}
	});

	it("is nothing else", () => {
		for (const url of ["http://example.com/", "ftp://example.com/", "file:///etc/passwd", "javascript:alert(1)"]) {
			expect(problemOf(url), url).to.equal("must begin with https:");
		}
		expect(problemOf("hooks.slack.com/services")).to.equal("is not a URL");
		expect(problemOf("https://me:secret@example.com/")).to.equal("must hold no user name or password");
	});

	it("names no machine of a private network, in whatever way it is written", () => {
		for (const host of [
			"127.0.0.1",
			"127.1",
			"2130706433",
			"0x7f.0.0.1",
			"0177.0.0.1",
			"0.0.0.0",
			"10.1.2.3",
			"100.64.0.1",
			"169.254.169.254",
			"172.16.0.1",
			"172.31.255.255",
			"192.168.1.1",
			"224.0.0.1",
			"255.255.255.255",
			"[::1]",
			"[::]",
			"[::ffff:127.0.0.1]",
			"[::ffff:7f00:1]",
			"[64:ff9b::7f00:1]",
			"[2002:7f00:1::]",
			"[fc00::1]",
			"[fe80::1]",
			"[ff02::1]",
			"127.0.0.1.",
			"①②⑦.0.0.1",
		]) {
			expect(problemOf(`https://${host}/`), host).to.equal("leads to an address that is not public");
		}
		for (const host of [
			"localhost",
			"LOCALHOST",
			"localhost.",
			"a.localhost",
			"printer.local",
			"metadata.google.internal",
			"intranet",
		]) {
			expect(problemOf(`https://${host}/`), host).to.equal("names no public server");
		}
	});

	it("may lead to the machine itself where an emulator allows it, and to no other one", () => {
		for (const url of ["http://127.0.0.1:9/", "http://localhost:9/", "https://[::1]:9/"]) {
			expect(problemOf(url, EMULATED), url).to.equal(null);
		}
		expect(problemOf("http://example.com/", EMULATED)).to.equal("must begin with https:");
		expect(problemOf("https://10.0.0.1/", EMULATED)).to.equal("leads to an address that is not public");
	});
});

describe("an address that a name has", () => {
	it("is allowed when it is public", () => {
		for (const address of ["93.184.215.14", "172.32.0.1", "100.128.0.1", "2606:4700::1111"]) {
			expect(isAllowedAddress(address, DEPLOYED), address).to.equal(true);
		}
		for (const address of [
			"127.0.0.1",
			"10.0.0.1",
			"169.254.169.254",
			"::1",
			"fd00::1",
			"fe80::1%eth0",
			"::ffff:10.0.0.1",
		]) {
			expect(isAllowedAddress(address, DEPLOYED), address).to.equal(false);
		}
	});

	it("is allowed in the emulator when it is of the machine itself", () => {
		expect(
			["127.0.0.1", "::1", "10.0.0.1", "::1%lo"].map((address) => isAllowedAddress(address, EMULATED)),
		).to.deep.equal([true, true, false, false]);
	});
});

describe("a function", () => {
	it("may send to its own machine only where its database is an emulator and it is told so", () => {
		const told = { WEBHOOKS_TO_LOOPBACK: "allowed" };
		const emulated = { FIRESTORE_EMULATOR_HOST: "127.0.0.1:8080" };
		expect([{}, told, emulated, { ...told, ...emulated }].map(allowsLoopback)).to.deep.equal([
			false,
			false,
			false,
			true,
		]);
	});
});
