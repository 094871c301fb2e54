import { lookup } from "node:dns/promises";
import { setTimeout } from "node:timers/promises";
import { ALL_APPS, allowsLoopback, deviceRetentionDays, readSecrets, readSettings } from "./config.ts";
import { MAX_EVENTS_PER_COMMIT } from "./counters/countEvents.ts";
import { createCount } from "./counters/createCount.ts";
import { createCountHandler } from "./counters/handler.ts";
import type { StoredEvent } from "./counters/storedEvent.ts";
import { openFirestore } from "./firestore/client.ts";
import { withinDeadline } from "./firestore/deadline.ts";
import { createGroupCommit } from "./firestore/groupCommit.ts";
import { COLLECTIONS } from "./firestore/paths.ts";
import { retryTransient } from "./firestore/retryTransient.ts";
import { createHealthHandler } from "./health/handler.ts";
import { createAppCap } from "./ingest/appCap.ts";
import { type CappedEvent, createDeviceCap, droppedOf } from "./ingest/deviceCap.ts";
import { createStatsHandler } from "./ingest/handler.ts";
import { addToIntake, readIntake } from "./ingest/intake.ts";
import { createNewVersionBound } from "./ingest/newVersions.ts";
import { countEventsSince, existing, storeTogether } from "./ingest/storeEvents.ts";
import { createUnknownActionReport } from "./ingest/unknownActions.ts";
import { logs } from "./logs.ts";
import { createWatchHandler } from "./watch/handler.ts";
import { watch } from "./watch/watch.ts";
import { createSendHandler } from "./webhooks/handler.ts";
import { type Post, post } from "./webhooks/post.ts";
import { sendAlert } from "./webhooks/sendAlert.ts";

/** A group of requests is committed in these milliseconds, or they are told to send again. */
const STORE_DEADLINE_MS = 10_000;

/** The instances tell each other what they took in these milliseconds. Longer, and requests would wait for nothing. */
const INTAKE_DEADLINE_MS = 5_000;

/** The platform ends an invocation after 60 seconds. Before that it is refused, so that the log says why. */
const COUNT_DEADLINE_MS = 30_000;

/** A pause between two commits is no longer than this: each delivery that waits takes a place of the instance meanwhile. */
const MAX_COUNT_PAUSE_MS = 250;

/** A receiver has this long to take an alert. */
const WEBHOOK_TIME_LIMIT_MS = 10_000;

/** The sweep stops after this long, well before the platform ends it. */
const SWEEP_TIME_LIMIT_MS = 3 * 60_000;

/**
 * Small requests share commits. Ten of them stay far below the 10 MiB of a commit; several commits at a time, because one
 * that writes many devices' documents takes longer than one that writes few.
 */
const STORE_GROUPS = {
	maxItems: 10,
	maxInFlight: 4,
	pauseAfter: () => 0,
	now: () => performance.now(),
	sleep: setTimeout,
};

const RETRY = { sleep: setTimeout, random: Math.random };

/** The handler of `stats`, connected to the database, the settings and the clock of this instance. */
export const statsHandler = once(() => {
	const db = openFirestore();
	const settings = readSettings();
	// Apps that anybody can make up share one bound: one for each would bound nothing.
	const acceptsAll = settings.ALLOWED_APPS.size === 0;
	const countedWith = (appId: string) => (acceptsAll ? ALL_APPS : appId);
	const capApp = createAppCap({
		maxEventsPerDay: settings.MAX_APP_EVENTS_PER_DAY,
		countedWith,
		now: Date.now,
		read: (day) => withinDeadline(() => readIntake(db, day), INTAKE_DEADLINE_MS),
		add: (day, sums) => withinDeadline(() => addToIntake(db, day, sums), INTAKE_DEADLINE_MS),
		onDropped: logs.appEventsDropped,
	});
	const boundVersions = createNewVersionBound({
		maxPerDay: settings.MAX_NEW_VERSIONS_PER_DAY,
		shared: acceptsAll ? undefined : capApp,
		existing: (paths) => existing(db, paths),
		onTooMany: logs.tooManyVersions,
	});
	const capDevices = createDeviceCap({
		maxEventsPerDay: settings.MAX_DEVICE_EVENTS_PER_DAY,
		countStored: (path, since) => countEventsSince(db, path, since),
		onDropped: logs.eventsDropped,
	});
	const storeInTime = (requests: readonly (readonly CappedEvent[])[]) =>
		withinDeadline(
			(signal) => retryTransient(() => storeTogether(db, requests, settings.RETENTION_DAYS), { ...RETRY, signal }),
			STORE_DEADLINE_MS,
		);
	const storeInGroup = createGroupCommit({ commit: storeInTime, ...STORE_GROUPS });
	const reportUnknown = createUnknownActionReport(settings.EXTRA_ACTIONS, logs.unknownAction);
	return createStatsHandler({
		settings,
		secrets: readSecrets(),
		logs,
		now: Date.now,
		newEventId: () => db.collection(COLLECTIONS.events).doc().id,
		store: async (events, { isLarge }) => {
			reportUnknown(events);
			const taken = await capApp.take(events);
			let unstored = taken;
			try {
				const capped = await capDevices(await boundVersions(taken));
				if (capped.length > 0) await (isLarge ? storeInTime([capped]) : storeInGroup(capped));
				unstored = droppedOf(taken, capped);
			} finally {
				capApp.giveBack(unstored);
			}
		},
	});
});

/** The handler of `countEvent`, connected likewise. Deliveries that the instance holds at a time are counted together. */
export const countHandler = once(() => {
	const count = createGroupCommit({
		commit: countInTime(),
		maxItems: MAX_EVENTS_PER_COMMIT,
		maxInFlight: 1,
		// A commit that takes long meets others on a hot document: the longer it took, the more is gathered for the next one.
		// About half of a group's time is its commit; the rest is reading and deciding, which are in nobody's way.
		pauseAfter: (durationMs) => Math.min(durationMs / 2, MAX_COUNT_PAUSE_MS),
		now: () => performance.now(),
		sleep: setTimeout,
	});
	return createCountHandler({ count, logs });
});

/** The handler of `watch`, connected likewise. */
export const watchHandler = once(() => {
	const db = openFirestore();
	const count = countInTime();
	return createWatchHandler({
		watch: () =>
			watch(db, {
				now: Date.now,
				count,
				onMalformed: logs.eventMalformed,
				onFailure: logs.countingFailed,
				onAppFailure: logs.watchFailed,
				timeLimitMs: SWEEP_TIME_LIMIT_MS,
			}),
		now: Date.now,
		logs,
	});
});

/** The handler of `sendAlert`, connected likewise. */
export const sendHandler = once(() => {
	const db = openFirestore();
	const send = (message: Post) =>
		post(message, {
			lookup: (host) => lookup(host, { all: true }),
			timeLimitMs: WEBHOOK_TIME_LIMIT_MS,
			allowsLoopback: allowsLoopback(process.env),
		});
	return createSendHandler({
		send: (alert) => sendAlert(db, alert, { now: Date.now, post: send, onFailure: logs.webhookFailed }),
		logs,
	});
});

/** The handler of `health`, connected likewise. */
export const healthHandler = once(() => createHealthHandler({ db: openFirestore(), now: Date.now, logs }));

/** Counts events in time, as the settings of this instance say. */
function countInTime(): (events: readonly StoredEvent[]) => Promise<void> {
	const settings = readSettings();
	const count = createCount(openFirestore(), {
		extraActions: settings.EXTRA_ACTIONS,
		deviceRetentionDays: deviceRetentionDays(settings),
		maxNewDevicesPerDay: settings.MAX_NEW_DEVICES_PER_DAY,
		onTooManyDevices: logs.tooManyDevices,
		tracksDevices: true,
		now: Date.now,
		onMalformed: logs.eventMalformed,
	});
	return (events) =>
		withinDeadline((signal) => retryTransient(() => count(events), { ...RETRY, signal }), COUNT_DEADLINE_MS);
}

/** Postpones what a first call needs: settings can't be read while the Firebase CLI loads the module to learn its functions. */
function once<T>(create: () => T): () => T {
	let created: { readonly value: T } | undefined;
	return () => {
		created ??= { value: create() };
		return created.value;
	};
}
