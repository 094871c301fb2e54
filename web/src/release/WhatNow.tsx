import type { ComponentChildren } from "preact";
import type { DeviceCounts } from "../../../functions/src/devices/flags.ts";
import type { Judgement } from "../../../functions/src/releases/judgeRelease.ts";
import { isBad } from "../../../functions/src/releases/standingVerdict.ts";
import { formatCount, formatDevices } from "../../../metrics/format.ts";
import { WHERE_IT_FAILS } from "../address/address.ts";
import type { Finding } from "./useBreakdown.ts";

type WhatNowProps = {
	readonly version: string;
	readonly judgement: Judgement | null | undefined;
	readonly devices: DeviceCounts;
	/** The kind of device on which it fails, where one stands out beyond chance. */
	readonly narrowest: Finding | null;
	/** An earlier release that isn't bad; null where none is known. */
	readonly goodBefore: string | null;
};

/** What a team can do about a release that is bad, or bad for one kind of device. `docs/on-call.md` tells it at length. */
export function WhatNow({ version, judgement, devices, narrowest, goodBefore }: WhatNowProps) {
	if (!isBad(judgement?.verdict)) return narrowest === null ? null : <HoldForSome narrowest={narrowest} />;
	const haveAllRecovered = judgement?.family === "updates" && devices.recovered >= devices.failed;
	return (
		<Steps>
			{haveAllRecovered ? (
				<li>
					<strong>Hold the rollout.</strong> There is nothing to take back: {formatDevices(devices.failed)} failed, and
					all run it now. Others may fail first, too, until you know why.
				</li>
			) : (
				<li>
					<strong>Stop the rollout.</strong>{" "}
					{goodBefore === null ? (
						<>
							Take {version} out of its channel, in Capgo or in what your own update server answers. No earlier release
							is known to be well.
						</>
					) : (
						<>
							Set its channel back to <strong>{goodBefore}</strong>, the newest earlier release that isn't bad: in
							Capgo, or in what your own update server answers.
						</>
					)}{" "}
					Devices that have {version} follow when they check for an update next.
				</li>
			)}
			<li>
				<strong>Find out why.</strong> See <a href={`#${WHERE_IT_FAILS}`}>where it fails</a>: if one kind of device
				stands out, the others are safe. <a href="#failures-heading">What failed</a> has the devices' own words.
			</li>
			<li>
				<strong>Pipelines know.</strong> <code>/health</code> answers <code>hold</code> within minutes, and{" "}
				<code>npm run report -- --check</code> exits with 1. The verdict stays, so release the repair as a new version.
			</li>
		</Steps>
	);
}

function HoldForSome({ narrowest: { name, elsewhere, happened } }: { readonly narrowest: Finding }) {
	return (
		<Steps>
			<li>
				<strong>Hold it for {name}.</strong> In Capgo by the channel's platforms and its lowest native version, or in
				what your own update server answers. Where you can't tell them apart there, stop the rollout.
			</li>
			<li>
				<strong>Go on for the others.</strong> Elsewhere {formatCount(elsewhere.failures)} of{" "}
				{formatDevices(elsewhere.devices)} {happened}.
			</li>
			<li>
				<strong>Find out why.</strong> <a href="#failures-heading">What failed</a> has the devices' own words.
			</li>
		</Steps>
	);
}

function Steps({ children }: { readonly children: ComponentChildren }) {
	return (
		<section class="card" aria-labelledby="now-heading">
			<h2 id="now-heading">What now</h2>
			<ol class="what-now">{children}</ol>
			<p class="muted small">
				In the project, <code>docs/on-call.md</code> tells more.
			</p>
		</section>
	);
}
