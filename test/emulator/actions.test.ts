import { expect } from "chai";
import { ACTIONS } from "../../functions/src/events/actions.ts";
import { newAppId } from "../support/appIds.ts";
import { dbWithoutTriggers, readApp } from "../support/database.ts";
import { countStoredEvents } from "../support/deliveries.ts";
import { eventually } from "../support/eventually.ts";
import { host } from "../support/hosts.ts";
import { expectAnswer, post } from "../support/post.ts";
import { validEvent } from "../support/validEvent.ts";

describe("Actions", () => {
	it("are stored and counted under their names, every one of the catalogue", async () => {
		const app = newAppId();
		const startedAt = Date.now();
		const actions = Object.keys(ACTIONS);
		const { url } = await host("stats");
		const answer = await post(
			url,
			actions.map((action) => validEvent(app, { action, is_prod: false })),
		);
		expectAnswer(answer, 200, { status: "ok", results: actions.map((_, index) => ({ index, status: "ok" })) });
		await countStoredEvents(app);

		const documents = await readApp(dbWithoutTriggers, app, startedAt);
		const stored = Object.entries(documents).filter(([path]) => path.includes("/events/"));
		expect(stored.map(([, event]) => event?.["action"])).to.have.members(actions);
		const once = Object.fromEntries(actions.map((action) => [action, 1]));
		expect(documents[`apps/${app}/versions/3.4.7`]).to.deep.include({
			app_id: app,
			version_name: "3.4.7",
			events: actions.length,
			actions: once,
			dev_actions: once,
			first_event_at: "now",
			last_event_at: "now",
		});
	});

	it("that nobody knows are stored, counted in one place, and named in the log", async () => {
		const app = newAppId();
		const { url, log } = await host("stats");
		const events = ["brand_new", "brand_newer", "brand_new"].map((action, index) =>
			validEvent(app, { action, timestamp: Date.now() - index }),
		);
		const results = events.map((_, index) => ({ index, status: "ok" }));
		expectAnswer(await post(url, events), 200, { status: "ok", results });
		await countStoredEvents(app);

		const documents = await readApp(dbWithoutTriggers, app, 0);
		expect(documents[`apps/${app}/versions/3.4.7`]).to.deep.include({ events: 3, actions: { unknown_action: 3 } });
		const stored = Object.values(documents).filter((document) => document?.["counted_as"] === "unknown_action");
		expect(stored.map((event) => event?.["action"])).to.have.members(["brand_new", "brand_newer", "brand_new"]);
		const told = await eventually(
			async () => log.lines.filter((line) => line.includes("unknown_action") && line.includes(app)),
			({ length }) => length >= 2,
		);
		expect(told.map((line) => JSON.parse(line).action)).to.deep.equal(["brand_new", "brand_newer"]);
	});

	it("that the operator ignores are answered with ok and not stored, those that the operator adds are counted", async () => {
		const app = newAppId();
		const { url } = await host("stats", { IGNORED_ACTIONS: "ping, app_rated" });
		expectAnswer(await post(url, validEvent(app, { action: "ping" })), 200, { status: "ok" });
		const events = ["ping", "app_rated", "appShared"].map((action) => validEvent(app, { action }));
		const results = events.map((_, index) => ({ index, status: "ok" }));
		expectAnswer(await post(url, events), 200, { status: "ok", results });
		await countStoredEvents(app, { EXTRA_ACTIONS: "app_rated,appShared" });

		const documents = await readApp(dbWithoutTriggers, app, 0);
		expect(documents[`apps/${app}`]).to.include({ events: 1 });
		expect(documents[`apps/${app}/versions/3.4.7`]).to.deep.include({ events: 1, actions: { appShared: 1 } });
	});

	it("that an old plugin sends when there was no update are answered with ok and not stored", async () => {
		const app = newAppId();
		const { url } = await host("stats");
		const fail = (plugin_version: string) => validEvent(app, { action: "download_fail", plugin_version });
		expectAnswer(await post(url, fail("7.16.9")), 200, { status: "ok" });
		expect(await readApp(dbWithoutTriggers, app, 0)).to.deep.equal({ [`apps/${app}`]: undefined });
		expectAnswer(await post(url, fail("7.17.0")), 200, { status: "ok" });
		await countStoredEvents(app);
		const documents = await readApp(dbWithoutTriggers, app, 0);
		expect(documents[`apps/${app}/versions/3.4.7`]).to.deep.include({ events: 1, actions: { download_fail: 1 } });
	});
});
