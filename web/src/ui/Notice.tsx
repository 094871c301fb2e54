import type { ComponentChildren } from "preact";
import "./notice.css";

type NoticeProps = { readonly title: string; readonly children: ComponentChildren };

/** Says why there is nothing else to see. */
export function Notice({ title, children }: NoticeProps) {
	return (
		<section class="card notice">
			<h1>{title}</h1>
			<p class="muted">{children}</p>
		</section>
	);
}

/** Stands where something is about to be. */
export function Loading() {
	return (
		<p class="loading" role="status">
			Loading…
		</p>
	);
}
