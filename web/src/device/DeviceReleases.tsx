import type { DeviceRelease } from "../../../metrics/deviceReleases.ts";
import { formatCount } from "../../../metrics/format.ts";
import { overviewOf } from "../address/address.ts";
import { Link, useNavigation } from "../address/navigation.tsx";
import { versionColor } from "../charts/versionColor.ts";
import { Ago } from "../ui/Ago.tsx";

/** Releases that are listed before one asks for the others. */
const SHOWN = 8;

type DeviceReleasesProps = { readonly releases: readonly DeviceRelease[]; readonly running: string | undefined };

/** What the device did with each release that it met. */
export function DeviceReleases({ releases, running }: DeviceReleasesProps) {
	if (releases.length === 0) return null;
	const [first, others] = [releases.slice(0, SHOWN), releases.slice(SHOWN)];
	return (
		<section class="card flush" aria-labelledby="releases-heading">
			<div class="card-head">
				<div>
					<h2 id="releases-heading">Its releases</h2>
					<p class="muted small">What it did with each; this is what it counts as.</p>
				</div>
			</div>
			<ReleaseTable releases={first} running={running} label="Releases of the device" />
			{others.length > 0 && (
				<details class="pad rest">
					<summary>{formatCount(others.length)} more</summary>
					<ReleaseTable releases={others} running={running} label="More releases of the device" />
				</details>
			)}
		</section>
	);
}

function ReleaseTable({ releases, running, label }: DeviceReleasesProps & { readonly label: string }) {
	const { app, audience } = useNavigation().address;
	return (
		<table class="table compact device-releases" aria-label={label}>
			<thead>
				<tr>
					<th scope="col">Release</th>
					<th scope="col">What became of it</th>
					<th scope="col">Downloaded</th>
					<th scope="col">Installed</th>
					<th scope="col">Failed</th>
					<th scope="col">Crashed</th>
				</tr>
			</thead>
			<tbody>
				{releases.map((release) => {
					const { version, flags, facts } = release;
					return (
						<tr key={version}>
							<th scope="row">
								<span
									class="swatch round inline"
									style={{ background: `var(--${versionColor(version)})` }}
									aria-hidden="true"
								/>{" "}
								<Link to={{ ...overviewOf(app, audience), version }}>{version}</Link>
								{version === running && <span class="badge badge-none running-badge">runs now</span>}
							</th>
							<td data-label="Came to">
								<Outcome release={release} />
							</td>
							<Time label="Downloaded" at={facts.downloadedAt} isKnown={flags.has("downloaded")} />
							<Time label="Installed" at={facts.installedAt} isKnown={flags.has("installed")} />
							<Time label="Failed" at={facts.failedAt ?? facts.downloadFailedAt} isKnown={false} />
							<Time label="Crashed" at={flags.has("crashed") ? facts.crashedAt?.[0] : undefined} isKnown={false} />
						</tr>
					);
				})}
			</tbody>
		</table>
	);
}

function Time({
	label,
	at,
	isKnown,
}: {
	readonly label: string;
	readonly at: number | undefined;
	readonly isKnown: boolean;
}) {
	return (
		<td data-label={label} class="nowrap">
			{at !== undefined ? <Ago at={at} /> : <span class="muted">{isKnown ? "yes" : "–"}</span>}
		</td>
	);
}

/** The end of what the device did with a release, in words. */
function Outcome({ release: { flags } }: { readonly release: DeviceRelease }) {
	const [text, tone] = flags.has("crashed")
		? (["crashed within a day", "bad"] as const)
		: flags.has("recovered")
			? (["failed, then recovered", "watch"] as const)
			: flags.has("failed")
				? (["failed", "bad"] as const)
				: flags.has("well")
					? (["well", "good"] as const)
					: flags.has("ran")
						? (["ran it", "none"] as const)
						: flags.has("downloaded")
							? (["downloaded, not installed yet", "none"] as const)
							: flags.has("download_failed")
								? (["could not download it", "watch"] as const)
								: (["tried it", "none"] as const);
	return <span class={`badge badge-${tone}`}>{text}</span>;
}
