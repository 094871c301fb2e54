import type { ComponentChildren } from "preact";
import { formatCount, formatDevices } from "../../../metrics/format.ts";
import { OVERVIEW_COLUMNS, type OverviewColumn, type OverviewRow } from "../../../metrics/overview.ts";
import type { Sort } from "../address/address.ts";
import { useNavigation } from "../address/navigation.tsx";
import { COLUMNS } from "./columns.ts";
import { FindRelease } from "./FindRelease.tsx";
import { ReleaseRow } from "./ReleaseRow.tsx";
import { type OverviewData, PAGE_SIZE } from "./useOverview.ts";

/** The versions that hardly any device tried, which are shown on demand. */
export type RareVersions = { readonly isShown: boolean; readonly show: () => void };

type ReleaseTableProps = {
	readonly data: OverviewData;
	/** The releases, or the versions that were looked for, in their order. */
	readonly shown: readonly OverviewRow[];
	readonly rare: RareVersions;
};

/** The releases as rows, and apart from them what is none; on a narrow screen each is a card. */
export function ReleaseTable({ data, shown, rare }: ReleaseTableProps) {
	const { address, go } = useNavigation();
	const { rows, found, allActive, hasMore } = data;
	const isRareShown = !found && rows.rare.length > 0 && rare.isShown;
	const scale = Math.max(0, ...shown.flatMap(({ trend }) => trend?.map(({ tried }) => tried) ?? []));
	const row = (summary: OverviewRow) => (
		<ReleaseRow key={summary.version} row={summary} allActive={allActive} scale={scale} />
	);
	return (
		<section class="card flush release-card" aria-labelledby="releases-heading">
			<div class="card-head">
				<div>
					<h2 id="releases-heading">{address.find ? `Versions with “${address.find}”` : "Releases"}</h2>
					<p class="muted small">
						{address.audience === "production"
							? "Production devices, each counted once."
							: "All devices, each counted once; verdicts and days are of production devices alone."}
						{scale > 0 && ` The days share one scale, up to ${formatDevices(scale)}.`}
					</p>
				</div>
				<div class="view-tools">
					<SortPicker />
					<FindRelease />
				</div>
			</div>
			<table class="releases">
				<thead>
					<tr>
						{OVERVIEW_COLUMNS.map((column) => (
							<SortHeader key={column} column={column} />
						))}
					</tr>
				</thead>
				<tbody>
					{shown.map(row)}
					{shown.length === 0 && <Nothing>{nothingText(data, address.find)}</Nothing>}
				</tbody>
				{!found && rows.apart.length > 0 && <Group title="Apart from releases">{rows.apart.map(row)}</Group>}
				{isRareShown && (
					<Group title="Tried by fewer than three devices">{rows.rare.slice(0, MAX_RARE).map(row)}</Group>
				)}
			</table>
			{isRareShown && rows.rare.length > MAX_RARE && (
				<p class="pad muted small">
					{formatCount(rows.rare.length - MAX_RARE)} more that fewer than three devices tried are not listed. Find them
					by name.
				</p>
			)}
			{!found && (hasMore || (rows.rare.length > 0 && !isRareShown)) && (
				<p class="more">
					{hasMore && (
						<button
							type="button"
							class="button"
							onClick={() => go({ ...address, more: address.more + 1 }, { replace: true })}
						>
							Show {PAGE_SIZE} more releases
						</button>
					)}
					{rows.rare.length > 0 && !isRareShown && (
						<button type="button" class="button" onClick={rare.show}>
							Show {formatCount(rows.rare.length)} tried by fewer than three devices
						</button>
					)}
				</p>
			)}
		</section>
	);
}

/** Versions of fewer than three devices that are listed: anybody can make them up. */
const MAX_RARE = 5;

function nothingText({ rows, found }: OverviewData, find: string | undefined): string {
	if (find !== undefined) return found === undefined ? "Looking…" : `No version's name begins with “${find}”.`;
	if (rows.rare.length > 0) return "No release was tried by three production devices yet.";
	return "No production device tried a release yet. Those of development builds are shown by the switch above.";
}

function Nothing({ children }: { readonly children: ComponentChildren }) {
	return (
		<tr class="nothing">
			<td colSpan={OVERVIEW_COLUMNS.length} class="muted">
				{children}
			</td>
		</tr>
	);
}

function Group({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
	return (
		<tbody>
			<tr class="group">
				<th scope="rowgroup" colSpan={OVERVIEW_COLUMNS.length}>
					{title}
				</th>
			</tr>
			{children}
		</tbody>
	);
}

function SortHeader({ column }: { readonly column: OverviewColumn }) {
	const { address, go } = useNavigation();
	const { sort } = address;
	const { label, meaning } = COLUMNS[column];
	const isChosen = sort.by === column;
	const next: Sort = { by: column, isAscending: isChosen && !sort.isAscending };
	return (
		<th
			scope="col"
			class={`column-${column}`}
			aria-sort={isChosen ? (sort.isAscending ? "ascending" : "descending") : "none"}
		>
			<button type="button" title={meaning} onClick={() => go({ ...address, sort: next }, { replace: true })}>
				{label}
				<span class="sort-sign" aria-hidden="true">
					{isChosen ? (sort.isAscending ? "↑" : "↓") : ""}
				</span>
			</button>
		</th>
	);
}

/** The same for narrow screens, where the headers have no place. */
function SortPicker() {
	const { address, go } = useNavigation();
	const { sort } = address;
	return (
		<label class="sort-picker">
			<span class="visually-hidden">Sort by</span>
			<select
				value={`${sort.by} ${sort.isAscending}`}
				onChange={({ currentTarget: { value } }) => {
					const [by, isAscending] = value.split(" ");
					const column = OVERVIEW_COLUMNS.find((key) => key === by);
					if (column) go({ ...address, sort: { by: column, isAscending: isAscending === "true" } }, { replace: true });
				}}
			>
				{OVERVIEW_COLUMNS.flatMap((column) => [
					<option key={column} value={`${column} false`}>
						{COLUMNS[column].label} ↓
					</option>,
					<option key={`${column}-up`} value={`${column} true`}>
						{COLUMNS[column].label} ↑
					</option>,
				])}
			</select>
		</label>
	);
}
