import { UNKNOWN_VERSION } from "../../../functions/src/events/bundleVersion.ts";
import { allDevices, productionDevices } from "../../../functions/src/releases/productionDevices.ts";
import { isRelease } from "../../../functions/src/releases/releaseBefore.ts";
import { dayBefore } from "../../../metrics/days.ts";
import { ACTIVE_DAYS } from "../../../metrics/definitions.ts";
import { activeDevices } from "../../../metrics/queries.ts";
import { daysOfRange, overviewOf } from "../address/address.ts";
import { Link, useNavigation } from "../address/navigation.tsx";
import { versionColor } from "../charts/versionColor.ts";
import { useCounts } from "../data/counts.ts";
import { Ago } from "../ui/Ago.tsx";
import { Loading, Notice } from "../ui/Notice.tsx";
import { useNow } from "../ui/now.tsx";
import { ViewHeading } from "../ui/ViewHeading.tsx";
import { AdoptionCard } from "./AdoptionCard.tsx";
import { Against } from "./Against.tsx";
import { DaysSection } from "./DaysSection.tsx";
import { DeviceFunnel } from "./DeviceFunnel.tsx";
import { FailuresSection } from "./FailuresSection.tsx";
import { HoursChart } from "./HoursChart.tsx";
import { onsetOfRelease } from "./onsetOfRelease.ts";
import { useTroubleLook, usualTrouble } from "./useBreakdown.ts";
import { type ReleaseData, useRelease } from "./useRelease.ts";
import { VerdictCard } from "./VerdictCard.tsx";
import { WhatNow } from "./WhatNow.tsx";
import { WhereItFails } from "./WhereItFails.tsx";
import "./release.css";

type ReleaseViewProps = { readonly app: string; readonly version: string };

/** A release: how it does, where and since when it fails, and on which devices. */
export function ReleaseView({ app, version }: ReleaseViewProps) {
	const { address } = useNavigation();
	const range = daysOfRange(address.range, useNow());
	const release = useRelease(app, version, range);
	if (release.state === "loading") return <Loading />;
	if (release.state === "failed") return <Notice title="The version could not be read">{release.error.message}</Notice>;
	if (release.value === null) {
		return (
			<Notice title="No such version">
				{version === UNKNOWN_VERSION
					? `${app} has no event that names no version.`
					: `${app} has no version “${version}”.`}
			</Notice>
		);
	}
	return <Release app={app} version={version} range={range} data={release.value} />;
}

type ReleaseProps = ReleaseViewProps & {
	readonly range: { readonly from: string; readonly to: string };
	readonly data: ReleaseData;
};

function Release({ app, version, range, data }: ReleaseProps) {
	const { audience, trouble: chosenTrouble } = useNavigation().address;
	const now = useNow();
	const { document, days, judgement } = data;
	const lastEventAt = document.last_event_at?.toMillis() ?? null;
	const devices = audience === "all" ? allDevices(document) : productionDevices(document);
	const since = dayBefore(now, ACTIVE_DAYS);
	const active = useCounts(
		new Map([
			["version", { spec: activeDevices(app, since, audience, version), changedAt: lastEventAt }],
			["app", { spec: activeDevices(app, since, audience), changedAt: lastEventAt }],
		]),
	);
	const isJudged = isRelease(version);
	const onset = onsetOfRelease(judgement, days);
	const trouble = chosenTrouble ?? usualTrouble(devices, judgement?.family ?? null);
	const look = useTroubleLook({ app, version, audience, trouble }, devices);
	const [narrowest = null] = look.findings;
	return (
		<>
			<nav class="crumbs" aria-label="Breadcrumb">
				<Link to={overviewOf(app, audience)}>Releases</Link> <span aria-hidden="true">/</span>{" "}
				{isJudged ? "Release" : "Apart from releases"}
			</nav>
			<div class="view-head">
				<div>
					<ViewHeading title={version}>
						<span
							class="swatch round title-swatch"
							style={{ background: `var(--${versionColor(version)})` }}
							aria-hidden="true"
						/>
						{headingOf(version)}
					</ViewHeading>
					<p class="muted">
						First event counted <Ago at={document.first_event_at?.toMillis()} /> · last one <Ago at={lastEventAt} />
						{document.hidden && " · hidden from lists, report and alerts"}
					</p>
				</div>
				<div class="view-tools">
					<Link class="button" to={{ ...overviewOf(app, audience), version, devices: 7 }}>
						Devices that run it
					</Link>
				</div>
			</div>
			<VerdictCard data={data} devices={devices} onset={onset} narrowest={narrowest} active={active} />
			<WhatNow {...{ version, judgement, devices, narrowest }} goodBefore={data.goodBefore} />
			{isJudged ? (
				<div class="columns">
					<HoursChart data={data} onset={onset} />
					<DeviceFunnel version={version} devices={devices} />
				</div>
			) : (
				<HoursChart data={data} onset={null} />
			)}
			<WhereItFails devices={devices} look={look} />
			{isJudged && (
				<div class="columns">
					<Against app={app} version={version} devices={devices} before={judgement?.before ?? null} />
					<AdoptionCard data={data} active={active.get("app")} />
				</div>
			)}
			<FailuresSection app={app} version={version} range={range} changedAt={lastEventAt} />
			<DaysSection app={app} version={version} range={range} data={data} />
		</>
	);
}

function headingOf(version: string): string {
	return version === UNKNOWN_VERSION ? "Updates that aren't named" : version;
}
