import type { RateName } from "./limits.ts";
import type { Proportion } from "./proportion.ts";

/** What is said of one rate: `15 of 170 devices failed (8.8 %, likely 5 – 14 %)`. */
export type Finding = {
	readonly rate: RateName;
	readonly measured: Proportion;
	/** The UTC day from which on devices are counted, where it isn't the release's first. */
	readonly since: string | null;
	/** How many of the failed devices run the release now. */
	readonly recovered: number;
};

/** What happened to the devices that a rate counts. */
export const HAPPENED: Readonly<Record<RateName, string>> = {
	updates: "failed",
	crashes: "crashed",
	downloads: "could not download it",
	undelivered: "had no bundle a day after they tried",
};

const wholeNumber = new Intl.NumberFormat("en-US");

/** `Since 2026-03-14, 900 of 1,050 devices failed (86 %, likely 83 – 88 %), 20 of 900 recovered since.` */
export function findingSentence({ rate, measured, since, recovered }: Finding): string {
	const devices = measured.devices === 1 ? "device" : "devices";
	const from = since === null ? "" : `Since ${since}, `;
	const interval = `likely ${percentRange(measured.low, measured.high)}`;
	const again = recovered === 0 ? "" : `, ${recoveredText(recovered, measured.failures)}`;
	return `${from}${ratioText(measured)} ${devices} ${HAPPENED[rate]} (${percent(measured.share ?? 0)}, ${interval})${again}.`;
}

/** How many of the devices on which a release failed have recovered: `all 20 recovered since`, `12 of 20 recovered since`. */
export function recoveredText(recovered: number, failed: number): string {
	if (recovered < failed) return `${countText(recovered)} of ${countText(failed)} recovered since`;
	return failed === 1 ? "it recovered since" : `all ${countText(failed)} recovered since`;
}

/** `3.4.6: 7 of 420 (1.7 %).` Nothing of a release without devices. */
export function beforeSentence(version: string, measured: Proportion): string {
	if (measured.share === null) return "";
	return `${version}: ${ratioText(measured)} (${percent(measured.share)}).`;
}

/**
 * A share for people, with as many digits as say something: `0.05 %`, `8.8 %`, `86 %`. It says 0 or 100 % only where
 * that is exact.
 */
export function percent(share: number): string {
	return `${percentDigits(share)} %`;
}

/** `5 – 14 %` */
export function percentRange(low: number, high: number): string {
	return `${percentDigits(low)} – ${percentDigits(high)} %`;
}

function percentDigits(share: number): string {
	const percentage = share * 100;
	if (percentage > 0 && percentage < 0.01) return "<0.01";
	if (percentage > 99.9 && percentage < 100) return ">99.9";
	return String(Number(percentage.toFixed(decimals(percentage))));
}

function decimals(percentage: number): number {
	if (percentage < 1) return 2;
	return percentage < 10 || percentage > 99 ? 1 : 0;
}

function ratioText({ failures, devices }: Proportion): string {
	return `${countText(failures)} of ${countText(devices)}`;
}

function countText(count: number): string {
	return wholeNumber.format(count);
}
