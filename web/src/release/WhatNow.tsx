import type { Judgement } from "../../../functions/src/releases/judgeRelease.ts";
import { isBad } from "../../../functions/src/releases/standingVerdict.ts";

type WhatNowProps = {
	readonly version: string;
	readonly judgement: Judgement | null | undefined;
	/** An earlier release that isn't bad; null where none is known. */
	readonly goodBefore: string | null;
};

/** What a team can do about a bad release, first things first. `docs/on-call.md` tells it at length. */
export function WhatNow({ version, judgement, goodBefore }: WhatNowProps) {
	if (!isBad(judgement?.verdict)) return null;
	return (
		<section class="card" aria-labelledby="now-heading">
			<h2 id="now-heading">What now</h2>
			<ol class="what-now">
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
				<li>
					<strong>Find out why.</strong> See <a href="#where">where it fails</a>: if one kind of device stands out, the
					others are safe. <a href="#failures-heading">What failed</a> has the devices' own words.
				</li>
				<li>
					<strong>Let machines know.</strong> Nothing to do: <code>/health</code> answers <code>hold</code> within
					minutes, and <code>npm run report -- --check</code> exits with 1. The verdict stays, so release the repair as
					a new version.
				</li>
			</ol>
			<p class="muted small">
				In the project, <code>docs/on-call.md</code> tells more.
			</p>
		</section>
	);
}
