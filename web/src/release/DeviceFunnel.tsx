import type { DeviceCounts } from "../../../functions/src/devices/flags.ts";
import { percent } from "../../../functions/src/releases/sentence.ts";
import { formatCount, formatDevices } from "../../../metrics/format.ts";
import { deviceFunnel } from "../../../metrics/releaseFunnel.ts";
import { versionColor } from "../charts/versionColor.ts";

type DeviceFunnelProps = { readonly version: string; readonly devices: DeviceCounts };

/** How many devices came how far with the release, and what became of the others. */
export function DeviceFunnel({ version, devices }: DeviceFunnelProps) {
	const steps = deviceFunnel(devices);
	const recovered = Math.min(devices.recovered, devices.failed);
	return (
		<section class="card" aria-labelledby="funnel-heading">
			<div class="card-head">
				<div>
					<h2 id="funnel-heading">How far devices came</h2>
					<p class="muted small">Each device once, since the release appeared.</p>
				</div>
			</div>
			{devices.tried === 0 ? (
				<p class="muted">No device has tried it.</p>
			) : (
				<ol class="funnel">
					{steps.map(({ name, label, count, share, lost }) => (
						<li key={name}>
							<p class="funnel-label">
								<span>{label}</span>
								<span>
									<strong>{formatCount(count)}</strong> <span class="muted">{percent(share)}</span>
								</span>
							</p>
							<div class="funnel-track" aria-hidden="true">
								<div style={{ width: `${share * 100}%`, background: `var(--${versionColor(version)})` }} />
							</div>
							{lost && <p class="muted small">{lost}</p>}
						</li>
					))}
				</ol>
			)}
			{devices.failed > 0 && (
				<p class="funnel-recovered">
					{recovered === 0 ? (
						<>It failed on {formatDevices(devices.failed)}; none has recovered.</>
					) : (
						<>
							It failed on {formatDevices(devices.failed)}; <strong>{formatCount(recovered)}</strong> recovered, by
							installing it again later.
						</>
					)}
				</p>
			)}
		</section>
	);
}
