import * as z from "zod";
import { FLAGS } from "../devices/flags.ts";
import type { DeviceOutcome } from "../devices/project.ts";

/** What a counted event added to the counters. */
export type LedgerEntry = DeviceOutcome & {
	/** The action under which it counts. */
	readonly countedAs: string;
};

const flags = z.array(z.enum(FLAGS)).default([]);

/** The fields in which a counted event's document keeps its ledger entry. */
export const ledgerFields = {
	counted_as: z.string().optional(),
	release: z.string().optional(),
	failed_check: z.boolean().default(false),
	untracked: z.boolean().default(false),
	firsts: flags,
	lost: flags,
	tried_on: z.iso.date().optional(),
	tried_as_dev: z.boolean().default(false),
};

/** Reads the entry that `countedMark` wrote, whatever version of the code counted the event. */
export function readLedgerEntry(action: string, fields: z.output<z.ZodObject<typeof ledgerFields>>): LedgerEntry {
	return {
		countedAs: fields.counted_as ?? action,
		release: fields.release,
		isFailedCheck: fields.failed_check,
		isUntracked: fields.untracked,
		gained: fields.firsts,
		lost: fields.lost,
		triedOn: fields.tried_on,
		triedAsDev: fields.tried_as_dev,
	};
}
