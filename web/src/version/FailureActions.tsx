import { type FailureCount, failureCounts, type TrendDay } from "../../../metrics/definitions.ts";
import { formatCount, formatDay } from "../../../metrics/format.ts";
import { useNavigation } from "../address/navigation.tsx";
import { meaningOf } from "../ui/actionMeaning.ts";

/** What failed, how often, and since when. Choosing an action narrows the list of devices to it. */
export function FailureActions({ trend }: { readonly trend: readonly TrendDay[] }) {
	const failures = failureCounts(trend);
	return (
		<section class="card flush" aria-labelledby="failures-heading">
			<div class="card-head">
				<h2 id="failures-heading">Failures and crashes</h2>
			</div>
			{failures.length === 0 ? (
				<p class="pad muted">No failure and no crash in these days.</p>
			) : (
				<FailureTable failures={failures} />
			)}
		</section>
	);
}

function FailureTable({ failures }: { readonly failures: readonly FailureCount[] }) {
	const { address, go } = useNavigation();
	return (
		<table class="table compact">
			<thead>
				<tr>
					<th scope="col">Action</th>
					<th scope="col">The device reports that …</th>
					<th scope="col">Since</th>
					<th scope="col" class="number">
						Times
					</th>
				</tr>
			</thead>
			<tbody>
				{failures.map(({ action, count, firstDay, isBreaking }) => {
					const isChosen = address.failure === action;
					return (
						<tr key={action} class={isChosen ? "chosen" : ""}>
							<th scope="row">
								<button
									type="button"
									class="link"
									aria-pressed={isChosen}
									onClick={() => go({ ...address, failure: isChosen ? undefined : action, more: 0 }, { replace: true })}
								>
									{action}
								</button>
							</th>
							<td data-label="Meaning">
								{meaningOf(action)} {isBreaking && <span class="badge badge-none">in the failure rate</span>}
							</td>
							<td class="nowrap" data-label="Since">
								{firstDay && formatDay(firstDay)}
							</td>
							<td class="number" data-label="Times">
								{formatCount(count)}
							</td>
						</tr>
					);
				})}
			</tbody>
		</table>
	);
}
