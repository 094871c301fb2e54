import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { DAY_MS, HOUR_MS } from "../../functions/src/events/time.ts";
import { newAppId } from "../support/appIds.ts";
import { runCommand } from "../support/commands.ts";
import { countStoredEvents } from "../support/deliveries.ts";
import { inRequests, recoveredRollout, rollout } from "../support/rollouts.ts";
import { sendAll } from "../support/sendAndCount.ts";
import { isSoak } from "../support/soak.ts";
import { PROJECT_WITHOUT_TRIGGERS } from "../support/suite.ts";
import { validEvent } from "../support/validEvent.ts";

type Sent = Readonly<Record<string, unknown>>;

type Reported = {
	readonly version_name: string;
	readonly verdict: string;
	readonly family: string | null;
	readonly since: string | null;
	readonly sentence: string;
	readonly devices: Readonly<Record<string, number>>;
};

const NOW = Date.now();

/** How often each Electron app starts. */
const STARTS = isSoak ? 30 : 3;

/** Devices of which a quarter loses the connection. */
const LOSING = isSoak ? 2_000 : 100;

/** Devices, each with what it sends: an action about a version, so many milliseconds ago, with further fields. */
function devices(
	count: number,
	of: (index: number) => readonly (readonly [action: string, version: string, ago: number, fields?: object])[],
): readonly Sent[] {
	return Array.from({ length: count }, (_, index) => {
		const device = { device_id: randomUUID(), plugin_version: "8.51.23", is_prod: true, is_emulator: false };
		return of(index).map(([action, version_name, ago, fields]) => ({
			...device,
			action,
			version_name,
			timestamp: NOW - ago,
			...fields,
		}));
	}).flat();
}

/** What devices send that install a version so many milliseconds ago, of which the first fail. */
function installs(appId: string, version: string, count: number, failing: number, ago: number): readonly Sent[] {
	return rollout(appId, version, [{ devices: count, failing, at: () => NOW - ago }]);
}

/** Rollouts as real plugins send them, and what is right to say of them. */
const ROLLOUTS: Readonly<
	Record<
		string,
		{ readonly sent: (appId: string) => readonly Sent[]; readonly right: Readonly<Record<string, object>> }
	>
> = {
	"that crashes on each device": {
		sent: () =>
			devices(60, () => [
				["set", "3.4.8", HOUR_MS, { old_version_name: "3.4.7" }],
				["app_crash", "3.4.8", HOUR_MS - 30_000],
			]),
		right: { "3.4.8": { verdict: "failing", family: "crashes", crashed: 60, ran: 60 } },
	},
	"that fails on each device": {
		sent: () =>
			devices(60, () => [
				["set", "3.4.8", HOUR_MS, { old_version_name: "3.4.7" }],
				["update_fail", "3.4.8", HOUR_MS - 30_000],
			]),
		right: { "3.4.8": { verdict: "failing", family: "updates", failed: 60, tried: 60 } },
	},
	"whose checksum is wrong, which Android tells under the running version": {
		sent: () =>
			devices(60, () => [
				["app_moved_to_foreground", "3.4.7", HOUR_MS],
				["download_10", "3.4.8", HOUR_MS - 10_000],
				["checksum_fail", "3.4.7", HOUR_MS - 20_000],
			]),
		right: {
			"3.4.8": { verdict: "failing", family: "updates", failed: 60, tried: 60 },
			"3.4.7": { failed: 0, download_failed: 0, ran: 60 },
		},
	},
	"whose checksum is wrong, without any event of the download": {
		sent: () =>
			devices(60, () => [
				["app_moved_to_foreground", "3.4.7", HOUR_MS],
				["checksum_fail", "3.4.7", HOUR_MS - 20_000],
			]),
		right: { unknown: { failed: 60 }, "3.4.7": { failed: 0, download_failed: 0, ran: 60 } },
	},
	"of which devices that are offline hear nothing": {
		sent: () =>
			devices(60, () => [
				["app_moved_to_foreground", "3.4.7", HOUR_MS],
				["download_fail", "3.4.7", HOUR_MS - 20_000],
			]),
		right: { "3.4.7": { failed: 0, download_failed: 0, ran: 60 } },
	},
	"that can't be downloaded, which Android tells under the running version": {
		sent: () =>
			devices(60, () => [
				["app_moved_to_foreground", "3.4.7", HOUR_MS],
				["download_0", "3.4.8", HOUR_MS - 10_000],
				["download_10", "3.4.8", HOUR_MS - 15_000],
				["download_fail", "3.4.7", HOUR_MS - 20_000],
			]),
		right: {
			"3.4.8": { verdict: "failing", family: "downloads", download_failed: 60, tried: 60 },
			"3.4.7": { failed: 0, download_failed: 0, ran: 60 },
		},
	},
	"that a quarter of its devices gets an hour after a lost connection": {
		sent: () =>
			devices(LOSING, (index) => {
				const fetched = [
					["download_complete", "3.4.8", HOUR_MS],
					["set", "3.4.8", HOUR_MS - 10_000, { old_version_name: "3.4.7" }],
				] as const;
				const lost = [
					["download_10", "3.4.8", 2 * HOUR_MS],
					["download_fail", "3.4.7", 2 * HOUR_MS - 10_000],
				] as const;
				const running = ["app_moved_to_foreground", "3.4.7", 3 * HOUR_MS] as const;
				return index % 4 === 0 ? [running, ...lost, ...fetched] : [running, ...fetched];
			}),
		right: { "3.4.8": { verdict: "healthy", installed: LOSING } },
	},
	"of the store, at whose start old crashes are reported": {
		sent: () =>
			devices(60, () => [
				["native_app_version_changed", "4.0.0", HOUR_MS, { version_build: "4.0.0" }],
				[
					"app_crash_native",
					"4.0.0",
					HOUR_MS - 1_000,
					{ version_build: "4.0.0", metadata: { exit_timestamp: String(NOW - 2 * DAY_MS) } },
				],
			]),
		right: { "4.0.0": { crashed: 0, tried: 60 } },
	},
	"that fails as often as chance lets the one before fail": {
		sent: (app) => [...installs(app, "3.4.7", 104, 4, 3 * DAY_MS), ...installs(app, "3.4.8", 84, 5, HOUR_MS)],
		right: { "3.4.8": { verdict: "too early", failed: 5 }, "3.4.7": { verdict: "too early", failed: 4 } },
	},
	"that is worse than the one before": {
		sent: (app) => [...installs(app, "3.4.7", 420, 7, 3 * DAY_MS), ...installs(app, "3.4.8", 170, 15, HOUR_MS)],
		right: { "3.4.8": { verdict: "worse", failed: 15, tried: 170 } },
	},
	"of the Electron updater, which sends set at each start": {
		sent: () =>
			devices(100, () =>
				Array.from(
					{ length: STARTS },
					(_, start) => ["set", "3.4.8", (STARTS + 10 - start) * HOUR_MS, { platform: "electron" }] as const,
				),
			),
		right: { "3.4.8": { verdict: "healthy", installed: 100 } },
	},
	"on which one device of a hundred fails on seven days": {
		sent: (app) => [
			...installs(app, "3.4.8", 99, 0, 8 * DAY_MS),
			...devices(1, () => Array.from({ length: 7 }, (_, day) => ["update_fail", "3.4.8", (7 - day) * DAY_MS] as const)),
		],
		right: { "3.4.8": { failed: 1, tried: 100 } },
	},
	"that devices install on the second try": {
		sent: (app) => recoveredRollout(app, "3.4.8", NOW),
		right: { "3.4.8": { failed: 20, recovered: 20 } },
	},
	...(isSoak && {
		"that began to fail today": {
			sent: (app) => [
				...Array.from({ length: 13 }, (_, day) => installs(app, "3.4.8", 539, 5, (day + 1) * DAY_MS)).flat(),
				...installs(app, "3.4.8", 1_050, 900, Math.min(HOUR_MS, (NOW % DAY_MS) / 2)),
			],
			right: {
				"3.4.8": {
					verdict: "failing",
					family: "updates",
					since: new Date(NOW).toISOString().slice(0, 10),
					failed: 965,
				},
			},
		},
	}),
};

describe("The report on a release", function () {
	this.timeout(300_000);

	for (const [what, { sent, right }] of Object.entries(ROLLOUTS)) {
		it(what, async () => {
			const appId = newAppId();
			// In the order in which it happened, as devices that are online send it.
			const events = sent(appId)
				.toSorted((a, b) => Number(a["timestamp"]) - Number(b["timestamp"]))
				.map((event) => validEvent(appId, event));
			await sendAll(...inRequests(events));
			await countStoredEvents(appId);

			for (const [version, expected] of Object.entries(right)) {
				const { verdict, family, since, sentence, devices } = await report(appId, version);
				expect({ verdict, family, since, ...devices }, sentence).to.include(expected);
			}
		});
	}
});

async function report(appId: string, version: string): Promise<Reported> {
	const environment = { GCLOUD_PROJECT: PROJECT_WITHOUT_TRIGGERS };
	const { code, stdout, stderr } = await runCommand("report", ["--app", appId, "--version", version, "--json"], {
		environment,
	});
	expect(code, stderr).to.equal(0);
	const { versions } = JSON.parse(stdout) as { readonly versions: readonly Reported[] };
	const [reported] = versions;
	if (reported === undefined) throw new Error(`The report says nothing of ${version}: ${stdout}`);
	return reported;
}
