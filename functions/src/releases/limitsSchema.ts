import * as z from "zod";
import { DEFAULT_LIMITS, LARGEST_LIMIT, type Limits, SMALLEST_LIMIT } from "./limits.ts";

const BOUNDS = `from ${SMALLEST_LIMIT} to ${LARGEST_LIMIT}`;

const limit = z
	.number(`must be a number, a share of devices ${BOUNDS}: 0.05 is 5 %`)
	.min(SMALLEST_LIMIT, `must be a share of devices ${BOUNDS}: 0.05 is 5 %`)
	.max(LARGEST_LIMIT, `must be a share of devices ${BOUNDS}: 0.05 is 5 %`);

/**
 * The schema of `apps/{app}.limits`. What isn't named is the default.
 *
 * It stands apart from the defaults so that a page, which only reads limits, needs no schema library.
 */
export const limitsSchema = z.strictObject(
	{
		updates: limit.default(DEFAULT_LIMITS.updates),
		downloads: limit.default(DEFAULT_LIMITS.downloads),
		undelivered: limit.default(DEFAULT_LIMITS.undelivered),
		crashes: limit.default(DEFAULT_LIMITS.crashes),
	},
	{ error: unknownLimit },
) satisfies z.ZodType<Limits, object>;

function unknownLimit(issue: z.core.$ZodRawIssue): string {
	const names = Object.keys(DEFAULT_LIMITS).join(", ");
	if (issue.code === "unrecognized_keys") return `there is no limit ${issue.keys.join(", ")}: choose of ${names}`;
	return `must be an object of limits: ${names}`;
}
