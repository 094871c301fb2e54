import { expect } from "chai";
import { deviceRetentionDays, MAX_EXTRA_ACTIONS, parseSecrets, parseSettings } from "../../functions/src/config.ts";
import { ACTIONS } from "../../functions/src/events/actions.ts";
import { DECLARED_SETTINGS } from "../support/declaredSettings.ts";

/** The settings as they come from the environment when nobody set one. */
const DEFAULTS = Object.fromEntries(DECLARED_SETTINGS) as Parameters<typeof parseSettings>[0];

/** Firestore's own limits: https://firebase.google.com/docs/firestore/quotas#writes_and_transactions */
const MAX_TRANSFORMS = 500;
const MAX_COMMIT_BYTES = 10 * 2 ** 20;

function errorOf(settings: Partial<typeof DEFAULTS>): string {
	try {
		parseSettings({ ...DEFAULTS, ...settings });
		return "";
	} catch (error) {
		return error instanceof Error ? error.message : String(error);
	}
}

describe("parseSettings", () => {
	it("takes the defaults", () => {
		const { ALLOWED_APPS, EXTRA_ACTIONS, IGNORED_ACTIONS, ...numbers } = parseSettings(DEFAULTS);
		expect([ALLOWED_APPS, EXTRA_ACTIONS, IGNORED_ACTIONS]).to.deep.equal([new Set(), new Set(), new Set()]);
		expect(DEFAULTS).to.include(numbers);
	});

	it("takes names separated by commas, with spaces around them", () => {
		const lists = { ALLOWED_APPS: " com.example.shop,com.example/é ,,", EXTRA_ACTIONS: "app_rated, appShared" };
		expect(parseSettings({ ...DEFAULTS, ...lists })).to.deep.include({
			ALLOWED_APPS: new Set(["com.example.shop", "com.example/é"]),
			EXTRA_ACTIONS: new Set(["app_rated", "appShared"]),
		});
	});

	it("takes the word all for every app, and an app of that name beside others", () => {
		const accepted = (ALLOWED_APPS: string) => parseSettings({ ...DEFAULTS, ALLOWED_APPS }).ALLOWED_APPS;
		expect([accepted("all"), accepted(" all ,"), accepted("")]).to.deep.equal([new Set(), new Set(), new Set()]);
		expect(accepted("all,com.example.shop")).to.deep.equal(new Set(["all", "com.example.shop"]));
	});

	const hint =
		"Correct them in functions/.env.PROJECT and deploy again, or in functions/.env.local for the local suite.";
	const actionNames =
		"must name actions of letters, digits and underscores that begin with a letter, separated by commas";
	const wrong: readonly [Partial<typeof DEFAULTS>, string][] = [
		[{ EXTRA_ACTIONS: "app.rated" }, `EXTRA_ACTIONS: ${actionNames}`],
		[{ EXTRA_ACTIONS: "__proto__" }, `EXTRA_ACTIONS: ${actionNames}`],
		[{ EXTRA_ACTIONS: "app_rated; app_shared" }, `EXTRA_ACTIONS: ${actionNames}`],
		[{ IGNORED_ACTIONS: "ping get" }, `IGNORED_ACTIONS: ${actionNames}`],
	];
	for (const [settings, problem] of wrong) {
		it(`refuses ${JSON.stringify(settings)}, and says what it must be`, () => {
			expect(errorOf(settings)).to.equal(`Wrong settings: ${problem}. ${hint}`);
		});
	}

	const numbers = {
		MAX_BODY_BYTES: [1_023, 4_194_305, 1.5, Number.NaN],
		MAX_EVENTS_PER_REQUEST: [0, 501, -1, Number.NaN],
		RETENTION_DAYS: [-1, 36_501, 0.5, Number.NaN],
		DEVICE_RETENTION_DAYS: [-1, 36_501, 0.5, Number.NaN],
		MAX_DEVICE_EVENTS_PER_DAY: [-1, 0.5, Number.NaN],
		MAX_APP_EVENTS_PER_DAY: [-1, 0.5, Number.NaN],
		MAX_NEW_VERSIONS_PER_DAY: [-1, 0.5, Number.NaN],
		MAX_NEW_DEVICES_PER_DAY: [-1, 0.5, Number.NaN],
	};
	for (const [setting, values] of Object.entries(numbers)) {
		for (const value of values) {
			it(`refuses ${setting}=${value}`, () => {
				expect(errorOf({ [setting]: value })).to.match(
					new RegExp(`^Wrong settings: ${setting}: .+\\. Correct them in `),
				);
			});
		}
	}

	it("names every wrong setting at once", () => {
		const message = errorOf({ MAX_EVENTS_PER_REQUEST: 0, RETENTION_DAYS: -1, EXTRA_ACTIONS: "1st" });
		expect(message).to.match(/EXTRA_ACTIONS: .+; MAX_EVENTS_PER_REQUEST: .+; RETENTION_DAYS: .+/);
	});
});

describe("The limits of the settings", () => {
	it("keep a commit within the transforms that one document takes, whatever actions it counts", () => {
		const actions = Object.keys(ACTIONS).length + MAX_EXTRA_ACTIONS;
		const timeAndTotal = 2;
		expect(actions * 2 + timeAndTotal).to.be.at.most(MAX_TRANSFORMS);
		const extra = (count: number) => Array.from({ length: count }, (_, index) => `extra_${index}`).join();
		expect(errorOf({ EXTRA_ACTIONS: extra(MAX_EXTRA_ACTIONS) })).to.equal("");
		expect(errorOf({ EXTRA_ACTIONS: extra(MAX_EXTRA_ACTIONS + 1) })).to.include(
			"EXTRA_ACTIONS: must name at most 100 actions",
		);
	});

	it("keep a request's one commit within Firestore's size", () => {
		const tooLarge = MAX_COMMIT_BYTES / 2;
		expect(errorOf({ MAX_BODY_BYTES: tooLarge })).to.include("MAX_BODY_BYTES: ");
	});
});

describe("deviceRetentionDays", () => {
	const days = (RETENTION_DAYS: number, DEVICE_RETENTION_DAYS: number) =>
		deviceRetentionDays({ RETENTION_DAYS, DEVICE_RETENTION_DAYS });

	it("is what the setting says", () => {
		expect(days(90, 400)).to.equal(400);
		expect(days(90, 120)).to.equal(120);
	});

	it("is at least 30 days more than events are kept", () => {
		expect(days(90, 1)).to.equal(120);
		expect(days(500, 400)).to.equal(530);
	});

	it("is for ever where the setting says so, or events are kept for ever", () => {
		expect(days(90, 0)).to.equal(0);
		expect(days(0, 400)).to.equal(0);
	});
});

describe("parseSecrets", () => {
	it("takes secrets separated by commas: two while they are rotated", () => {
		expect(parseSecrets("new, old")).to.deep.equal(new Set(["new", "old"]));
	});

	it("takes the word none for no secret", () => {
		expect(parseSecrets("none")).to.deep.equal(new Set());
	});

	for (const value of ["", " ", ",", "none, secret"]) {
		it(`refuses ${JSON.stringify(value)}, which would let every request in by mistake`, () => {
			expect(() => parseSecrets(value)).to.throw(
				"Wrong settings: STATS_SECRETS: must hold at least one secret, or only the word none.",
			);
		});
	}
});
