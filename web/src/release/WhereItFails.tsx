import { useEffect, useRef } from "preact/hooks";
import type { DeviceCounts } from "../../../functions/src/devices/flags.ts";
import type { Proportion } from "../../../functions/src/releases/proportion.ts";
import { percent, percentRange } from "../../../functions/src/releases/sentence.ts";
import { type JudgedTrait, MAX_VALUES, traitName } from "../../../metrics/breakdowns.ts";
import { formatClock, formatCount, formatDevices } from "../../../metrics/format.ts";
import { BREAKDOWN_FIELDS, type BreakdownField } from "../../../metrics/queries.ts";
import { type Trouble, WHERE_IT_FAILS } from "../address/address.ts";
import { useNavigation } from "../address/navigation.tsx";
import { type BreakdownState, type Finding, TROUBLED_OF, type TroubleLook } from "./useBreakdown.ts";

const TROUBLE_LABELS: Readonly<Record<Trouble, string>> = {
	failed: "Failed",
	crashed: "Crashed",
	download_failed: "Could not download",
};

const FIELD_LABELS: Readonly<Record<BreakdownField, string>> = {
	platform: "Platform",
	version_os: "OS version",
	version_build: "Native build",
	plugin_version: "Plugin",
	channel: "Channel",
};

type WhereItFailsProps = {
	readonly devices: DeviceCounts;
	readonly look: TroubleLook;
};

/** On which devices the release gets into trouble: what stands out beyond chance first. */
export function WhereItFails({ devices, look }: WhereItFailsProps) {
	const { trouble, happened } = look;
	const { address, go } = useNavigation();
	const section = useRef<HTMLElement>(null);
	useEffect(() => {
		if (location.hash === `#${WHERE_IT_FAILS}`) section.current?.scrollIntoView();
	}, []);
	const of = TROUBLED_OF[trouble];
	return (
		<section class="card where" aria-labelledby="where-heading" id={WHERE_IT_FAILS} ref={section}>
			<div class="card-head">
				<div>
					<h2 id="where-heading">Where it fails</h2>
					<p class="muted small">
						Devices by what they told of themselves last: those that {happened}, of those that {of} it.
					</p>
				</div>
				<div class="view-tools">
					<div class="segments">
						{Object.entries(TROUBLE_LABELS).map(([name, label]) => (
							<button
								key={name}
								type="button"
								aria-pressed={name === trouble}
								onClick={() => go({ ...address, trouble: name as Trouble }, { replace: true })}
							>
								{label} {formatCount(devices[name as Trouble])}
							</button>
						))}
					</div>
				</div>
			</div>
			{devices[trouble] === 0 ? (
				<p class="muted">No device {happened}: there is nothing to tell apart.</p>
			) : (
				<Found look={look} />
			)}
		</section>
	);
}

function Found({ look }: { readonly look: TroubleLook }) {
	const { found, reads, lookAgain } = look;
	switch (found.state) {
		case "waiting":
			return (
				<p>
					<button type="button" class="button" onClick={lookAgain}>
						Count where it fails
					</button>{" "}
					<span class="muted small">It reads about {formatCount(reads)} documents.</span>
				</p>
			);
		case "counting":
			return (
				<p class="muted" role="status">
					Counting{found.of > 0 ? ` ${found.done} of ${found.of}` : ""}…
				</p>
			);
		case "failed":
			return (
				<p class="problem" role="alert">
					It could not be counted: {found.error.message}
				</p>
			);
		case "ready":
			return <Ready found={found} look={look} />;
	}
}

type ReadyProps = {
	readonly found: Extract<BreakdownState, { state: "ready" }>;
	readonly look: TroubleLook;
};

function Ready({ found: { breakdown, sample, at }, look: { happened, findings, lookAgain } }: ReadyProps) {
	const { traits, all } = breakdown;
	return (
		<>
			{findings.length > 0 ? (
				<>
					<p>
						<strong>Stands out beyond chance</strong>
						<span class="muted">, though {traits.length} values were looked at:</span>
					</p>
					<ol class="outstanding" data-testid="stands-out">
						{findings.map((finding) => (
							<Outstanding key={finding.name} {...finding} />
						))}
					</ol>
				</>
			) : (
				<p data-testid="nothing-stands-out">
					<strong>Nothing stands out beyond chance.</strong>{" "}
					<span class="muted">
						{areAlike(traits, all)
							? `All ${formatDevices(all.devices)} are alike in what they tell of themselves, so nothing here says where.`
							: `${traits.length} values were looked at, and of so many some always look worse than others: what differs below may be chance.`}
					</span>
				</p>
			)}
			<div class="breakdowns">
				{BREAKDOWN_FIELDS.map((field) => (
					<FieldTable
						key={field}
						field={field}
						traits={traits.filter(({ trait }) => trait.field === field)}
						all={all}
					/>
				))}
			</div>
			<p class="muted small">
				Counted at {formatClock(at)}, of all {formatDevices(all.devices)}: {formatCount(all.failures)} {happened}. The
				figures count all of them; which values to list was learnt from {formatCount(sample)} of those and some others,
				at most {MAX_VALUES} of each kind. A line is where the share likely lies (95 %).{" "}
				<button type="button" class="link" onClick={lookAgain}>
					Count again
				</button>
			</p>
		</>
	);
}

/** Whether every device has each of the traits. */
function areAlike(traits: readonly JudgedTrait[], all: Proportion): boolean {
	return traits.every(({ share }) => share.devices === all.devices);
}

function Outstanding({ name, share, elsewhere, happened }: Finding) {
	return (
		<li>
			<strong class="outstanding-name">{name}</strong>
			<span>
				<strong class="bad-text">
					{formatCount(share.failures)} of {formatCount(share.devices)}
				</strong>{" "}
				{happened} ({percent(share.share ?? 0)}, likely {percentRange(share.low, share.high)})
			</span>
			<span class="muted">
				elsewhere {formatCount(elsewhere.failures)} of {formatCount(elsewhere.devices)}
				{elsewhere.share !== null && ` (${percent(elsewhere.share)})`}
			</span>
		</li>
	);
}

type FieldTableProps = {
	readonly field: BreakdownField;
	readonly traits: readonly JudgedTrait[];
	readonly all: Proportion;
};

function FieldTable({ field, traits, all }: FieldTableProps) {
	if (traits.length === 0) {
		return (
			<div class="breakdown">
				<h3>{FIELD_LABELS[field]}</h3>
				<p class="muted small">No device told it.</p>
			</div>
		);
	}
	const left = all.devices - traits.reduce((sum, { share }) => sum + share.devices, 0);
	return (
		<div class="breakdown">
			<h3>{FIELD_LABELS[field]}</h3>
			<ul>
				{traits.map(({ trait, share, standsOut }) => (
					<li key={traitName(trait)} class={standsOut ? "stands-out" : ""}>
						<span class="breakdown-name">{shortName(field, trait.told[field] ?? "", traitName(trait))}</span>
						<Interval share={share} />
						<span class="breakdown-figure">
							{formatCount(share.failures)} of {formatCount(share.devices)}
							<span class="muted"> {share.share === null ? "" : percent(share.share)}</span>
						</span>
					</li>
				))}
			</ul>
			{left > 0 && <p class="muted small">{formatDevices(left)} of other values, or of none</p>}
		</div>
	);
}

/** Under a heading that names the field, the value is enough. */
function shortName(field: BreakdownField, value: string, name: string): string {
	return field === "platform" || field === "version_os" ? name : value;
}

function Interval({ share }: { readonly share: Proportion }) {
	const at = (value: number) => `${value * 100}%`;
	return (
		<span
			class="interval-bar"
			role="img"
			aria-label={`likely ${percentRange(share.low, share.high)}`}
			title={`likely ${percentRange(share.low, share.high)}`}
		>
			<span class="interval-range" style={{ left: at(share.low), width: at(share.high - share.low) }} />
			{share.share !== null && <span class="interval-dot" style={{ left: at(share.share) }} />}
		</span>
	);
}
