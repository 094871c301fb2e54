import type { EventDocument } from "../../../metrics/documents.ts";
import "./eventDetails.css";

/** Metadata of more entries than this is folded away. */
const MAX_OPEN_ENTRIES = 3;

/** What an event says besides its action: the file, the message and the metadata. */
export function EventDetails({ event: { file, message, metadata } }: { readonly event: EventDocument }) {
	const entries = Object.entries(metadata ?? {});
	return (
		<>
			{file && (
				<p class="small">
					File <code>{file}</code>
				</p>
			)}
			{message && <p class="message">{message}</p>}
			{entries.length > 0 && entries.length <= MAX_OPEN_ENTRIES && <Metadata entries={entries} />}
			{entries.length > MAX_OPEN_ENTRIES && (
				<details class="small">
					<summary class="muted">{entries.length} metadata entries</summary>
					<Metadata entries={entries} />
				</details>
			)}
		</>
	);
}

function Metadata({ entries }: { readonly entries: readonly (readonly [name: string, value: string])[] }) {
	return (
		<dl class="metadata">
			{entries.map(([name, value]) => (
				<div key={name}>
					<dt>{name}</dt>
					<dd>{value}</dd>
				</div>
			))}
		</dl>
	);
}
