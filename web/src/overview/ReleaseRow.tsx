import { type ComponentChildren, Fragment } from "preact";
import type { Proportion } from "../../../functions/src/releases/proportion.ts";
import { isRelease } from "../../../functions/src/releases/releaseBefore.ts";
import { HAPPENED, percent, percentRange } from "../../../functions/src/releases/sentence.ts";
import { isBad } from "../../../functions/src/releases/standingVerdict.ts";
import { formatCount, formatDay, formatDevices } from "../../../metrics/format.ts";
import { OVERVIEW_COLUMNS, type OverviewColumn, type OverviewRow } from "../../../metrics/overview.ts";
import { overviewOf, WHERE_IT_FAILS } from "../address/address.ts";
import { Link, useNavigation } from "../address/navigation.tsx";
import { versionColor } from "../charts/versionColor.ts";
import { Ago } from "../ui/Ago.tsx";
import { Recovered } from "../ui/Recovered.tsx";
import { VerdictBadge } from "../ui/VerdictBadge.tsx";
import { COLUMNS } from "./columns.ts";
import { TrendBars } from "./TrendBars.tsx";

type ReleaseRowProps = {
	readonly row: OverviewRow;
	/** The active devices of the whole app; undefined until they are counted. */
	readonly allActive: number | undefined;
	/** The devices that the highest bar of all rows stands for. */
	readonly scale: number;
};

/** A version: what is said of it, and the figures behind it. */
export function ReleaseRow({ row, allActive, scale }: ReleaseRowProps) {
	const { app, audience } = useNavigation().address;
	const { version, verdict, family, devices } = row;
	const isJudgeable = isRelease(version);
	const cells: Readonly<Record<OverviewColumn, ComponentChildren>> = {
		release: (
			<th scope="row">
				<span class="swatch round" style={{ background: `var(--${versionColor(version)})` }} aria-hidden="true" />
				<Link class="version-link" to={{ ...overviewOf(app, audience), version }}>
					{version}
				</Link>
				<Appeared row={row} />
			</th>
		),
		verdict: (
			<td class="said" data-label={COLUMNS.verdict.label}>
				<p class="said-line">
					<VerdictBadge verdict={verdict ?? (isJudgeable ? "not judged yet" : "not judged")} isOver={row.isOver} />
					{row.since !== null && <span class="since">since {formatDay(row.since)}</span>}
					<Recovered family={family} devices={devices} />
					{isJudgeable && <Judged at={row.judgedAt} />}
				</p>
				<p class="sentence">{row.sentence}</p>
				<Newest row={row} />
				<SeeWhere row={row} />
			</td>
		),
		adoption: (
			<td class="number" data-label={COLUMNS.adoption.label}>
				<Adopted row={row} allActive={allActive} />
			</td>
		),
		failed: <Share column="failed" share={row.failed} isBad={family === "updates"} of="tried it" hasInterval />,
		crashed: <Share column="crashed" share={row.crashed} isBad={family === "crashes"} of="ran it" />,
		missing: <Share column="missing" share={row.missing} isBad={family === "downloads"} of="tried it" />,
		trend: (
			<td class="trend" data-label={COLUMNS.trend.label}>
				{row.trend === null ? (
					<Unknown why="Days are known once it is judged" />
				) : (
					<TrendBars version={version} days={row.trend} scale={scale} />
				)}
			</td>
		),
		event: (
			<td class="number last-event" data-label={COLUMNS.event.label}>
				{row.lastEventAt === undefined ? <Loading /> : <Ago at={row.lastEventAt} />}
			</td>
		),
	};
	return (
		<tr data-version={version} class={isBad(verdict ?? undefined) ? "bad" : ""}>
			{OVERVIEW_COLUMNS.map((column) => (
				<Fragment key={column}>{cells[column]}</Fragment>
			))}
		</tr>
	);
}

function Judged({ at }: { readonly at: number | null }) {
	if (at === null) return <span class="judged">it is judged within minutes</span>;
	return (
		<span class="judged">
			judged <Ago at={at} />
		</span>
	);
}

/** Whether what is bad goes on: how the newest devices did. */
function Newest({ row: { newest, family, trend } }: { readonly row: OverviewRow }) {
	if (newest === null || family === null) return null;
	const isToday = newest.day === trend?.at(-1)?.day;
	if (isToday && newest.areAll) return null;
	const figures = `${formatCount(newest.failures)} of the ${formatDevices(newest.devices)} that tried it ${HAPPENED[family]}.`;
	const told = isToday ? `Today, ${figures}` : `Nobody has tried it today; on ${formatDay(newest.day)}, ${figures}`;
	return <p class="row-note">{newest.areAll ? "Nobody has tried it today." : told}</p>;
}

/** Where to look though the verdict isn't bad: it may fail on few kinds of device alone. */
function SeeWhere({ row: { version, notable } }: { readonly row: OverviewRow }) {
	const { app, audience } = useNavigation().address;
	if (notable === null) return null;
	const { flag, devices, isUnusual } = notable;
	return (
		<p class="row-note">
			<Link to={{ ...overviewOf(app, audience), version, trouble: flag }} part={WHERE_IT_FAILS}>
				{formatDevices(devices)} {flag}
				{isUnusual && ", more than usual"}: see where
			</Link>
		</p>
	);
}

function Appeared({ row: { appearedOn, isInstalled } }: { readonly row: OverviewRow }) {
	if (appearedOn === null) return null;
	return (
		<span
			class="detail"
			title={isInstalled ? "The day of its first install, UTC" : "The day on which it appeared, UTC"}
		>
			{isInstalled ? "installed" : "seen"} {formatDay(appearedOn)}
		</span>
	);
}

function Adopted({ row: { activeDevices, version }, allActive }: Omit<ReleaseRowProps, "scale">) {
	if (activeDevices === null || allActive === undefined) return <Loading />;
	const share = allActive === 0 ? 0 : Math.min(1, activeDevices / allActive);
	return (
		<>
			<span class="figure">{percent(share)}</span>
			<span class="detail">{formatDevices(activeDevices)}</span>
			<span class="adopted-bar" aria-hidden="true">
				<span style={{ width: `${share * 100}%`, background: `var(--${versionColor(version)})` }} />
			</span>
		</>
	);
}

type ShareProps = {
	readonly column: OverviewColumn;
	readonly share: Proportion;
	/** Whether the verdict is about this. */
	readonly isBad: boolean;
	/** What the devices did that it is a share of. */
	readonly of: string;
	readonly hasInterval?: boolean;
};

function Share({ column, share, isBad, of, hasInterval = false }: ShareProps) {
	return (
		<td class={`number ${isBad ? "bad-figure" : ""}`} data-label={COLUMNS[column].label}>
			{share.share === null ? (
				<Unknown why={`No device ${of}`} />
			) : (
				<>
					<span class="figure">{percent(share.share)}</span>
					<span class="detail" title={`of the devices that ${of}`}>
						{formatCount(share.failures)} of {formatCount(share.devices)}
					</span>
					{hasInterval && (
						<span class="detail interval" title="The interval of 95 %">
							likely {percentRange(share.low, share.high)}
						</span>
					)}
				</>
			)}
		</td>
	);
}

/** Not 0: there is nothing that it could be said of. */
function Unknown({ why }: { readonly why: string }) {
	return (
		<span class="figure muted" title={why}>
			<span aria-hidden="true">–</span>
			<span class="visually-hidden">{why}</span>
		</span>
	);
}

function Loading(): ComponentChildren {
	return (
		<span class="figure muted" title="On its way">
			…
		</span>
	);
}
