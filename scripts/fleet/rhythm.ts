import type { Happening } from "./happening.ts";
import type { Random } from "./random.ts";

/** One request of a device: what it holds, in this order. */
export type Sending = {
	/** Milliseconds since the epoch, by the device's clock. */
	readonly sentAt: number;
	/** What the server got before: it is sent again because the answer was lost. */
	readonly delivered: readonly Happening[];
	readonly fresh: readonly Happening[];
	readonly isArray: boolean;
};

/** A plugin looks this often whether it has something to send. */
const FLUSH_INTERVAL_MS = 1_000;

/** A network stack that lost an answer sends the same request again at once. */
const RESEND_MS = 150;

/** What may happen twice within minutes, so that a repeat of it is nothing that was sent again. */
const REPEATED_ACTIONS: ReadonlySet<string> = new Set(["app_moved_to_foreground", "app_moved_to_background"]);

/**
 * How plugins that collect events send them: once a second, what is in the queue. The clock of that second starts with the
 * process, and a request is answered within it. What a lost answer leaves unclear, or a device can't send, stays in the
 * queue, over the end of the process too.
 *
 * @param lostShare How many answers are lost, 0 to 1.
 */
export function* sendCollected(
	happenings: readonly Happening[],
	lostShare: number,
	random: Random,
): Generator<Sending> {
	let delivered: readonly Happening[] = [];
	let waiting: readonly Happening[] = [];
	let sentAt = 0;
	for (const { isOffline, flushes } of processes(happenings)) {
		for (const { at, collected } of flushes) {
			waiting = [...waiting, ...collected];
			if (isOffline) continue;
			sentAt = at;
			yield { sentAt, delivered, fresh: waiting, isArray: true };
			delivered = random.chance(lostShare) ? [...delivered, ...waiting] : [];
			waiting = [];
		}
	}
	if (delivered.length + waiting.length === 0) return;
	const last = happenings.at(-1)?.at ?? 0;
	yield { sentAt: Math.max(sentAt, last) + FLUSH_INTERVAL_MS, delivered, fresh: waiting, isArray: true };
}

type Flush = { readonly at: number; readonly collected: readonly Happening[] };

function processes(happenings: readonly Happening[]) {
	const groups = [...Map.groupBy(happenings, ({ process }) => process).values()];
	return groups.map((group) => ({ isOffline: group[0]?.isOffline ?? false, flushes: flushesOf(group) }));
}

/** When a process sends which events, if it can. */
function flushesOf(happenings: readonly Happening[]): readonly Flush[] {
	const startedAt = happenings[0]?.at ?? 0;
	const tickOf = ({ at }: Happening) => Math.floor((at - startedAt) / FLUSH_INTERVAL_MS) + 1;
	return [...Map.groupBy(happenings, tickOf)].map(([tick, collected]) => ({
		at: startedAt + tick * FLUSH_INTERVAL_MS,
		collected,
	}));
}

/**
 * How events are sent that a plugin doesn't collect: each at once, and never again by the plugin itself. What happens
 * offline is lost.
 *
 * Without a timestamp nothing tells a repeat from what the network sent again. A server takes it for one where it comes
 * within moments, as it does here, where days are sent in minutes; so what would be a repeat does not happen.
 *
 * @param contentOf What the server sees of it.
 * @param lostShare How many answers are lost, 0 to 1: the device's network sends such a request again by itself.
 */
export function* sendAlone(
	happenings: readonly Happening[],
	contentOf: (happening: Happening) => string,
	lostShare: number,
	random: Random,
): Generator<Sending> {
	const sent = new Set<string>();
	for (const happening of happenings) {
		if (happening.isOffline) continue;
		const { at, action } = happening;
		const mayRepeat = REPEATED_ACTIONS.has(action);
		const content = contentOf(happening);
		if (!mayRepeat && sent.has(content)) continue;
		sent.add(content);
		yield { sentAt: at, delivered: [], fresh: [happening], isArray: false };
		if (mayRepeat || !random.chance(lostShare)) continue;
		yield { sentAt: at + RESEND_MS, delivered: [happening], fresh: [], isArray: false };
	}
}
