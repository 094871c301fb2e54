import type { EventDocument } from "../../../metrics/documents.ts";

/** What an event says besides its action: the file, the message, and the metadata folded away. */
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
			{entries.length > 0 && (
				<details class="metadata">
					<summary>
						{entries.length} metadata {entries.length === 1 ? "entry" : "entries"}
					</summary>
					<dl>
						{entries.map(([name, value]) => (
							<div key={name}>
								<dt>{name}</dt>
								<dd>{value}</dd>
							</div>
						))}
					</dl>
				</details>
			)}
		</>
	);
}
