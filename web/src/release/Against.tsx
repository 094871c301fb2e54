import { useState } from "preact/hooks";
import type { DeviceCounts } from "../../../functions/src/devices/flags.ts";
import { MAX_NAME_LENGTH } from "../../../functions/src/events/sizes.ts";
import { versionPath } from "../../../functions/src/firestore/paths.ts";
import type { ReleaseBefore } from "../../../functions/src/releases/judgeRelease.ts";
import { allDevices, productionDevices } from "../../../functions/src/releases/productionDevices.ts";
import type { Proportion } from "../../../functions/src/releases/proportion.ts";
import { percent } from "../../../functions/src/releases/sentence.ts";
import type { VerdictDocument, VersionDocument } from "../../../metrics/documents.ts";
import { formatCount } from "../../../metrics/format.ts";
import { newestReleases } from "../../../metrics/queries.ts";
import {
	COMPARED,
	type ComparedName,
	type Difference,
	difference,
	ratesOf,
} from "../../../metrics/releaseComparison.ts";
import { overviewOf } from "../address/address.ts";
import { Link, useNavigation } from "../address/navigation.tsx";
import { versionColor } from "../charts/versionColor.ts";
import { usePolledDocument, useQueryAsOf } from "../data/polled.ts";

/** The other release is over, more or less: it is looked at so often, in milliseconds. */
const OTHER_EVERY_MS = 60_000;

/** Releases that are suggested. Any other one can be typed. */
const MAX_SUGGESTED = 50;

type AgainstProps = {
	readonly app: string;
	readonly version: string;
	readonly devices: DeviceCounts;
	/** The release before, as the verdict counts it. */
	readonly before: ReleaseBefore | null;
};

/** The release beside another one, with how much they differ. */
export function Against({ app, version, devices, before }: AgainstProps) {
	const { address } = useNavigation();
	const other = address.against ?? before?.version;
	const known = usePolledDocument<VersionDocument>(
		other === undefined ? null : versionPath(app, other),
		OTHER_EVERY_MS,
	);
	const document = known.state === "ready" ? known.value : undefined;
	return (
		<section class="card" aria-labelledby="against-heading">
			<div class="card-head">
				<div>
					<h2 id="against-heading">Against {other ?? "another release"}</h2>
					<p class="muted small">
						{other !== undefined && other === before?.version
							? "The newest earlier release that was more than a trial and isn't failing, where there is one. "
							: ""}
						All devices of each until now.
					</p>
				</div>
				<OtherPicker app={app} version={version} other={other} />
			</div>
			{other === undefined ? (
				<p class="muted">There is no release before it. Choose one to compare it with.</p>
			) : known.state === "failed" ? (
				<p class="problem">It could not be read: {known.error.message}</p>
			) : document === undefined ? (
				<p class="muted">Loading…</p>
			) : document === null ? (
				<p class="muted">There is no version “{other}”.</p>
			) : (
				<Comparison
					names={[version, other]}
					devices={[devices, address.audience === "all" ? allDevices(document) : productionDevices(document)]}
					before={before}
				/>
			)}
		</section>
	);
}

function OtherPicker({
	app,
	version,
	other,
}: Pick<AgainstProps, "app" | "version"> & { readonly other: string | undefined }) {
	const { address, go } = useNavigation();
	const [isAsked, setIsAsked] = useState(false);
	const releases = useQueryAsOf<VerdictDocument>(isAsked ? newestReleases(app, MAX_SUGGESTED) : null, null);
	const names = releases.state === "ready" ? releases.value.map(({ version_name }) => version_name) : [];
	return (
		<form
			class="against-form"
			onSubmit={(event) => {
				event.preventDefault();
				const chosen = new FormData(event.currentTarget).get("against");
				if (typeof chosen === "string" && chosen.trim() !== "")
					go({ ...address, against: chosen.trim() }, { replace: true });
			}}
		>
			<input
				key={other}
				name="against"
				list="against-releases"
				aria-label="Release to compare with"
				placeholder={other ?? "Release"}
				maxLength={MAX_NAME_LENGTH}
				autocomplete="off"
				onFocus={() => setIsAsked(true)}
			/>
			<datalist id="against-releases">
				{names
					.filter((name) => name !== version)
					.map((name) => (
						<option key={name} value={name} />
					))}
			</datalist>
			<button type="submit" class="button">
				Compare
			</button>
		</form>
	);
}

type ComparisonProps = {
	readonly names: readonly [string, string];
	readonly devices: readonly [DeviceCounts, DeviceCounts];
	readonly before: ReleaseBefore | null;
};

function Comparison({ names: [name, otherName], devices: [devices, otherDevices], before }: ComparisonProps) {
	const { app, audience } = useNavigation().address;
	const [rates, otherRates] = [ratesOf(devices), ratesOf(otherDevices)];
	return (
		<>
			<table class="table compact comparison">
				<thead>
					<tr>
						<th scope="col">Share of devices</th>
						<th scope="col" class="number">
							<Swatch version={name} /> {name}
						</th>
						<th scope="col" class="number">
							<Swatch version={otherName} />{" "}
							<Link to={{ ...overviewOf(app, audience), version: otherName }}>{otherName}</Link>
						</th>
						<th scope="col" class="number">
							Difference
						</th>
					</tr>
				</thead>
				<tbody>
					{COMPARED.map(({ name: rate, label }) => (
						<tr key={rate}>
							<th scope="row">{label}</th>
							<Share label={name} share={rates[rate]} />
							<Share label={otherName} share={otherRates[rate]} />
							<td class="number" data-label="Difference">
								<DifferenceText name={rate} value={difference(rates[rate], otherRates[rate])} />
							</td>
						</tr>
					))}
				</tbody>
			</table>
			{before !== null && before.version === otherName && <AsJudged name={name} before={before} now={otherRates} />}
			<p class="muted small">
				In points, with the interval of 95 %. Early adopters are compared with everybody: without a control group a
				difference tells no cause.
			</p>
		</>
	);
}

/** Why the verdict has other figures of the release before, where it has. */
function AsJudged({ name, before, now }: AsJudgedProps) {
	const { updates, crashes } = before.rates;
	if (updates.devices === now.failed.devices && updates.failures === now.failed.failures) return null;
	const text = ({ failures, devices }: Proportion) => `${formatCount(failures)} of ${formatCount(devices)}`;
	return (
		<p class="small">
			The verdict counts {before.version} as it stood when {name} appeared: {text(updates)} failed, {text(crashes)}{" "}
			crashed.
		</p>
	);
}

type AsJudgedProps = {
	readonly name: string;
	readonly before: ReleaseBefore;
	readonly now: ReturnType<typeof ratesOf>;
};

function Swatch({ version }: { readonly version: string }) {
	return (
		<span class="swatch round inline" style={{ background: `var(--${versionColor(version)})` }} aria-hidden="true" />
	);
}

function Share({ label, share }: { readonly label: string; readonly share: Proportion }) {
	return (
		<td class="number" data-label={label}>
			{share.share === null ? (
				<span class="muted">–</span>
			) : (
				<>
					<span class="figure">{percent(share.share)}</span>
					<span class="detail">
						{formatCount(share.failures)} of {formatCount(share.devices)}
					</span>
				</>
			)}
		</td>
	);
}

function DifferenceText({ name, value }: { readonly name: ComparedName; readonly value: Difference }) {
	if (value === null) return <span class="muted">–</span>;
	const isBeyondChance = value.low > 0 || value.high < 0;
	const isGood = value.value < 0 === (name !== "well");
	return (
		<>
			<span class={`figure ${isBeyondChance ? (isGood ? "good-text" : "bad-text") : ""}`}>{points(value.value)}</span>
			<span class="detail">
				{points(value.low)} to {points(value.high)}
			</span>
			<span class="detail">{isBeyondChance ? "beyond chance" : "may be chance"}</span>
		</>
	);
}

/** `+3.2` of 0.032. */
function points(difference: number): string {
	const value = (difference * 100).toFixed(Math.abs(difference) < 0.1 ? 1 : 0);
	const isZero = Number(value) === 0;
	return isZero ? "0" : difference > 0 ? `+${value}` : value.replace("-", "−");
}
