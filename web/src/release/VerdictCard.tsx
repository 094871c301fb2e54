import type { DeviceCounts } from "../../../functions/src/devices/flags.ts";
import { UNKNOWN_VERSION } from "../../../functions/src/events/bundleVersion.ts";
import { utcDay } from "../../../functions/src/events/eventTime.ts";
import { isRelease } from "../../../functions/src/releases/releaseBefore.ts";
import { HAPPENED, percent, percentRange } from "../../../functions/src/releases/sentence.ts";
import { isBad } from "../../../functions/src/releases/standingVerdict.ts";
import { ACTIVE_DAYS } from "../../../metrics/definitions.ts";
import { formatCount, formatDay, formatDevices } from "../../../metrics/format.ts";
import { type LatestTrouble, latestTroubleOf } from "../../../metrics/latestTrouble.ts";
import { MISSING_LABEL, ratesOf } from "../../../metrics/releaseComparison.ts";
import type { Onset } from "../../../metrics/releaseOnset.ts";
import { unjudgedSentence } from "../../../metrics/releaseReport.ts";
import { isRolloutOver } from "../../../metrics/verdictWords.ts";
import { WHERE_IT_FAILS } from "../address/address.ts";
import { useNavigation } from "../address/navigation.tsx";
import { Ago } from "../ui/Ago.tsx";
import { useNow } from "../ui/now.tsx";
import { Recovered } from "../ui/Recovered.tsx";
import { VerdictBadge } from "../ui/VerdictBadge.tsx";
import { formatHour } from "./formatHour.ts";
import type { Finding } from "./useBreakdown.ts";
import type { ReleaseData } from "./useRelease.ts";

type VerdictCardProps = {
	readonly data: ReleaseData;
	/** Those of the audience. */
	readonly devices: DeviceCounts;
	readonly onset: Onset | null;
	/** The kind of device on which it fails, where one stands out beyond chance. */
	readonly narrowest: Finding | null;
	/** Active devices of the version and of the app, as far as they are counted. */
	readonly active: ReadonlyMap<string, number>;
};

/** What is said of the release, since when, and the figures that one asks for next. */
export function VerdictCard({ data, devices, onset, narrowest, active }: VerdictCardProps) {
	const { document, judgement, judgedAt, days } = data;
	const now = useNow();
	const family = judgement?.family ?? null;
	const latest = family !== null && days !== undefined ? latestTroubleOf(days, family, now) : null;
	const isOver = isRolloutOver(data.cohorts, utcDay(now));
	const verdict = judgement === null ? ("not judged" as const) : judgement?.verdict;
	const isBadRelease = isBad(judgement?.verdict);
	return (
		<section
			class={`card verdict-card ${isBadRelease ? "bad" : verdict === "healthy" ? "good" : ""}`}
			aria-label="Verdict"
		>
			<p class="verdict-line">
				{verdict === undefined ? (
					<span class="muted">Judging…</span>
				) : (
					<VerdictBadge verdict={verdict} isOver={isOver} />
				)}
				{isBadRelease && judgement?.since && (
					<strong class="since-hour">since {onset ? formatHour(onset.at) : formatDay(judgement.since)}</strong>
				)}
				<Recovered family={family} devices={devices} />
			</p>
			<p class="verdict-sentence">{sentenceOf(data, devices)}</p>
			{onset && (
				<p class="onset">
					From {formatHour(onset.at)} on, {formatCount(onset.since.failures)} of {formatDevices(onset.since.devices)}{" "}
					{HAPPENED[family ?? "updates"]} ({percent(onset.since.share ?? 0)}); in the hours before,{" "}
					{formatCount(onset.before.failures)} of {formatCount(onset.before.devices)}.
				</p>
			)}
			{family !== null && latest !== null && <GoesOn latest={latest} happened={HAPPENED[family]} />}
			{narrowest && <StandsOut finding={narrowest} />}
			<VerdictFigures devices={devices} active={active} />
			<p class="muted small">
				{judgement && <>Judged now, by production devices, each counted once on the UTC day of its first try. </>}
				{judgement && judgedAt === null && "Alerts and /health know of it within minutes. "}
				{judgement && judgedAt !== null && (
					<>
						Overview, alerts and <code>/health</code> go by the verdict of <Ago at={judgedAt} />.{" "}
					</>
				)}
				{(document.failed_checks ?? 0) > 0 && (
					<>
						Since it appeared, {formatCount(document.failed_checks ?? 0)} checks failed of devices that run it: they
						were offline, or the update server answered with an error. No release is judged by them.
					</>
				)}
			</p>
		</section>
	);
}

function StandsOut({ finding: { name, share, elsewhere, happened } }: { readonly finding: Finding }) {
	return (
		<p class="onset" data-testid="narrowest">
			<strong>
				{name}: {formatCount(share.failures)} of {formatDevices(share.devices)} {happened}
			</strong>{" "}
			({percent(share.share ?? 0)}), elsewhere {formatCount(elsewhere.failures)} of {formatCount(elsewhere.devices)}.{" "}
			<a href={`#${WHERE_IT_FAILS}`}>Where it fails</a>
		</p>
	);
}

type GoesOnProps = { readonly latest: LatestTrouble; readonly happened: string };

/** Whether what is bad still happens, and when it did last. */
function GoesOn({ latest, happened }: GoesOnProps) {
	switch (latest.state) {
		case "goes on": {
			const { failures, devices } = latest.devices;
			return (
				<p class="onset">
					<strong>It goes on.</strong> Since {formatHour(latest.from)}, {formatCount(failures)} of{" "}
					{formatDevices(devices)} {happened} ({percent(failures / devices)}).
				</p>
			);
		}
		case "ceased":
			return (
				<p class="onset">
					<strong>
						The last device {happened} <Ago at={latest.at} />
					</strong>
					, in the hour from {formatHour(latest.at)} on.{" "}
					{latest.devicesSince === 0
						? "No device has come since."
						: `${formatDevices(latest.devicesSince)} came since, and none ${happened}.`}
				</p>
			);
		case "long ago":
			return (
				<p class="onset">
					<strong>
						No device {happened} since {formatDay(utcDay(latest.from))}.
					</strong>
				</p>
			);
	}
}

function sentenceOf({ document, judgement }: ReleaseData, devices: DeviceCounts): string {
	if (judgement === undefined) return "Its days are on their way.";
	if (judgement !== null) return judgement.sentence;
	return unjudgedSentence({ version: document.version_name, devices });
}

function VerdictFigures({ devices, active }: Pick<VerdictCardProps, "devices" | "active">) {
	const { version = "" } = useNavigation().address;
	const { failed, crashed, missing } = ratesOf(devices);
	const [running, all] = [active.get("version"), active.get("app")];
	const isRunnable = version !== UNKNOWN_VERSION;
	return (
		<dl class="verdict-figures">
			{isRunnable && (
				<Figure
					label="Run it now"
					value={running === undefined ? "…" : formatCount(running)}
					detail={
						running === undefined || all === undefined
							? "counting"
							: all === 0
								? `seen in ${ACTIVE_DAYS} days`
								: `${percent(Math.min(1, running / all))} of the ${formatCount(all)} active in ${ACTIVE_DAYS} days`
					}
				/>
			)}
			<Rate label="Failed" rate={failed} of="tried it" isBad={failed.failures > 0} />
			{isRunnable && (
				<Rate
					label="Crashed"
					rate={crashed}
					of="ran it"
					unknown="not known: no device told of it while it ran it"
					isBad={crashed.failures > 0}
				/>
			)}
			{isRelease(version) && <Rate label={MISSING_LABEL} rate={missing} of="tried it" isBad={false} />}
			{devices.failed > 0 && (
				<Figure
					label="Recovered"
					value={formatCount(Math.min(devices.recovered, devices.failed))}
					detail={`of the ${formatCount(devices.failed)} that failed run it now; the others run what they ran before`}
				/>
			)}
		</dl>
	);
}

type RateProps = {
	readonly label: string;
	readonly rate: ReturnType<typeof ratesOf>["failed"];
	readonly of: string;
	/** What is said where there are no such devices. */
	readonly unknown?: string;
	readonly isBad: boolean;
};

function Rate({ label, rate, of, unknown = `no device ${of}`, isBad }: RateProps) {
	if (rate.share === null) return <Figure label={label} value="–" detail={unknown} />;
	return (
		<Figure
			label={label}
			value={`${formatCount(rate.failures)} of ${formatCount(rate.devices)}`}
			detail={`${percent(rate.share)}, likely ${percentRange(rate.low, rate.high)}`}
			isBad={isBad}
		/>
	);
}

type FigureProps = {
	readonly label: string;
	readonly value: string;
	readonly detail: string;
	readonly isBad?: boolean;
};

function Figure({ label, value, detail, isBad = false }: FigureProps) {
	return (
		<div class={isBad ? "bad-figure" : ""}>
			<dt>{label}</dt>
			<dd class="figure">{value}</dd>
			<dd class="muted small">{detail}</dd>
		</div>
	);
}
