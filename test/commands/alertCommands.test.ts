import { expect } from "chai";
import { Webhook } from "standardwebhooks";
import { openFirestore } from "../../functions/src/firestore/client.ts";
import { alertsPath, appPath, tokensPath, verdictPath, webhooksPath } from "../../functions/src/firestore/paths.ts";
import { addAlert } from "../../functions/src/watch/alertDocument.ts";
import { newAppId } from "../support/appIds.ts";
import { runCommand, spawnCommand } from "../support/commands.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";

const PROJECT = `demo-commands-${process.pid}`;
const environment = { GCLOUD_PROJECT: PROJECT };

describe("the commands of alerts", () => {
	const db = openFirestore(PROJECT);
	let appId: string;

	beforeEach(() => {
		appId = newAppId();
	});

	const run = (command: string, args: readonly string[]) => runCommand(command, args, { environment });

	describe("npm run webhook", () => {
		let receiver: Receiver;

		beforeEach(async () => {
			receiver = await startReceiver();
		});

		afterEach(() => receiver.stop());

		const webhook = (command: string, ...args: readonly string[]) => run("webhook", [command, "--app", appId, ...args]);

		it("adds, tries, lists, rotates and removes", async () => {
			const added = await webhook("add", "--url", receiver.url, "--format", "slack");
			const [, id = ""] = added.stdout.match(/^Webhook ([0-9a-f]{10}) gets the alerts of /) ?? [];
			const [secret = ""] = added.stdout.match(/whsec_\S+/) ?? [];
			expect(id, added.stderr).not.to.equal("");

			expect((await webhook("test", "--webhook", id)).stdout).to.equal(`The webhook ${id} took the message.\n`);
			const [{ headers, body } = { headers: {}, body: "" }] = receiver.messages;
			const plain = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
			expect(new Webhook(secret).verify(body, plain)).to.have.property("text");

			// Its path is a key, and its secret was shown once.
			const listed = (await webhook("list")).stdout;
			expect(listed).to.equal(`${id}  slack     ${new URL(receiver.url).host}\n`);

			const rotated = (await webhook("rotate", "--webhook", id)).stdout;
			expect(rotated).to.contain("whsec_").and.not.to.contain(secret);
			expect((await webhook("remove", "--webhook", id)).stdout).to.equal(`Nothing is sent to ${id} any more.\n`);
			expect((await webhook("list")).stdout).to.equal(`${appId} has no webhooks.\n`);
		});

		it("reads a URL from the standard input", async () => {
			const args = ["add", "--app", appId, "--url", "-"];
			expect((await spawnCommand("webhook", args, environment, `${receiver.url}\n`)).code).to.equal(0);
			const { docs } = await db.collection(webhooksPath(appId)).get();
			expect(docs.map((document) => document.get("url"))).to.deep.equal([receiver.url]);
		});

		it("says why a message did not arrive", async () => {
			const { stdout } = await webhook("add", "--url", receiver.url);
			const [id = ""] = stdout.match(/[0-9a-f]{10}/) ?? [];
			receiver.answerWith((response) => response.writeHead(404).end());
			const { code, stderr } = await webhook("test", "--webhook", id);
			expect(code).to.equal(1);
			expect(stderr).to.contain(`The webhook ${id} did not take the message: it answered 404.\n`);
		});

		for (const [args, message] of [
			[["add"], "--url is missing."],
			[["add", "--url", "http://hooks.example.org/"], "--url must begin with https:."],
			[["add", "--url", "https://10.0.0.1/"], "--url leads to an address that is not public."],
			[["add", "--url", "https://intranet/"], "--url names no public server."],
			[
				["add", "--url", "https://hooks.slack.com/", "--format", "irc"],
				"--format is irc: give standard, slack, discord or teams.",
			],
			[["test", "--webhook", "none"], "has no webhook none"],
			[["remove", "--webhook", "none"], "has no webhook none"],
			[["rotate", "--webhook", "none"], "has no webhook none"],
			[["send"], "There is no command send: give add, list, test, rotate or remove."],
		] as const) {
			it(`says what is wrong: ${args.join(" ")}`, async () => {
				const { code, stderr } = await run("webhook", [args[0], "--app", appId, ...args.slice(1)]);
				expect(code).to.equal(1);
				expect(stderr).to.contain(message);
			});
		}
	});

	for (const [command, words] of [
		["webhook", ["list"]],
		["token", ["list"]],
		["alert", ["list"]],
		["limits", []],
	] as const) {
		it(`npm run ${command} ends in a process of its own as in the tests'`, async () => {
			const args = [...words, "--app", appId];
			expect(await spawnCommand(command, args, environment))
				.to.deep.equal(await run(command, args))
				.and.to.include({ code: 0 });
		});
	}

	it("with a failure, npm run limits ends in a process of its own as in the tests', too", async () => {
		expect(await spawnCommand("limits", [], environment))
			.to.deep.equal(await run("limits", []))
			.and.to.include({ code: 1 });
	});

	it("npm run token adds, lists and removes", async () => {
		const token = (command: string, ...args: readonly string[]) => run("token", [command, "--app", appId, ...args]);
		const added = await token("add", "--name", "grafana");
		expect(added.stdout).to.match(/^cus_[\w-]{43}\n$/);
		expect((await token("add", "--name", "grafana")).stderr).to.contain("has a token named grafana: remove it first.");
		expect((await token("list")).stdout).to.match(/^\d{4}-\d\d-\d\d {2}grafana\n$/);
		expect((await token("remove", "--name", "grafana")).code).to.equal(0);
		expect((await token("remove", "--name", "grafana")).code).to.equal(1);
		expect((await db.collection(tokensPath(appId)).get()).size).to.equal(0);
	});

	it("npm run alert lists what is open, and acknowledges it", async () => {
		const alert = (command: string, ...args: readonly string[]) => run("alert", [command, "--app", appId, ...args]);
		expect((await alert("list")).stdout).to.equal(`${appId} has no open alerts.\n`);
		for (const at of [1_767_312_000_000, 1_767_312_300_000]) {
			const batch = db.batch();
			const sentence = "No event \u001b[31mfor 3 days.";
			addAlert(db, batch, appId, { kind: "silence", isOver: false, lastEventAt: at, sentence }, at);
			await batch.commit();
		}
		const { stdout } = await alert("list");
		const [newest, oldest] = stdout.split("\n");
		expect(newest).to.match(/^2026-01-02T00:05:00\.000Z {2}\w+ {2}No event �\[31mfor 3 days\.$/);
		const [, id = ""] = oldest?.split("  ") ?? [];
		expect((await alert("acknowledge", "--alert", id)).stdout).to.equal("1 alert is acknowledged.\n");
		expect((await alert("list")).stdout.split("\n")).to.have.length(2);
		expect((await alert("list", "--all")).stdout).to.match(/\(acknowledged\)\n$/);
		expect((await alert("acknowledge", "--all")).stdout).to.equal("1 alert is acknowledged.\n");
		expect((await alert("acknowledge", "--alert", "none")).stderr).to.contain("has no alert none.");
		const { docs } = await db.collection(alertsPath(appId)).get();
		expect(docs.map((document) => document.get("acknowledged_at"))).not.to.include(null);
	});

	it("npm run limits shows, sets and resets, and lets the schedule judge again", async () => {
		const limits = (...args: readonly string[]) => run("limits", ["--app", appId, ...args]);
		expect((await limits()).stdout).to.equal(
			["updates          5 %", "downloads       50 %", "undelivered     20 %", "crashes          5 %"]
				.map((line) => `${line}  (default)\n`)
				.join(""),
		);
		await db.doc(verdictPath(appId, "3.4.8")).set({ verdict: "healthy", rejudge_at: null });
		const set = await limits("--updates", "3%", "--crashes", "0.02");
		expect(set.stdout).to.match(/^updates +3 %\n.*\n.*\ncrashes +2 %\n$/s);
		expect((await db.doc(appPath(appId)).get()).get("limits")).to.deep.equal({ updates: 0.03, crashes: 0.02 });
		const rejudgeAt = (await db.doc(verdictPath(appId, "3.4.8")).get()).get("rejudge_at").toMillis();
		expect(rejudgeAt).to.be.within(Date.now() - 60_000, Date.now());

		expect((await limits("--downloads", "30%")).code).to.equal(0);
		expect((await db.doc(appPath(appId)).get()).get("limits")).to.deep.equal({
			updates: 0.03,
			crashes: 0.02,
			downloads: 0.3,
		});
		const wrong = await limits("--updates", "99%");
		expect([wrong.code, wrong.stderr]).to.satisfy(
			() => wrong.code === 1 && wrong.stderr.includes("updates must be a share"),
		);
		expect((await limits("--updates", "many")).stderr).to.contain("--updates is many: give a share of devices");
		expect((await limits("--updates", "3%", "--reset")).stderr).to.contain("Give limits, or --reset, not both.");
		expect((await limits("--reset")).stdout.match(/\(default\)/g)).to.have.length(4);
		expect((await db.doc(appPath(appId)).get()).get("limits")).to.equal(undefined);
	});
});
