/**
 * What a device has done with a release. `docs/data-model.md` tells what sets each; every flag implies `tried`.
 *
 * They are field names: of the counters `devices.{flag}` and `dev_devices.{flag}`, which count each device once.
 */
export const FLAGS = [
	"tried",
	"downloaded",
	"download_failed",
	"installed",
	"ran",
	"failed",
	"recovered",
	"crashed",
	"well",
] as const;

export type Flag = (typeof FLAGS)[number];

/** How many devices have each flag. */
export type DeviceCounts = Readonly<Record<Flag, number>>;
