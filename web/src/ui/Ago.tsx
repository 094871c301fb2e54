import { formatAgo, formatMoment } from "../../../metrics/format.ts";
import { useNow } from "./now.tsx";

/** How long ago something happened; its exact time as a tooltip. */
export function Ago({ at }: { readonly at: number | null | undefined }) {
	const now = useNow();
	if (at === null || at === undefined) return <span class="muted">never</span>;
	return (
		<time dateTime={new Date(at).toISOString()} title={formatMoment(at)}>
			{formatAgo(at, now)}
		</time>
	);
}
