import type { QueryDocumentSnapshot } from "firebase/firestore";
import type { AlertDocument } from "../../../metrics/documents.ts";
import { formatCount, formatDay } from "../../../metrics/format.ts";
import { newestAlerts } from "../../../metrics/queries.ts";
import { shellWord } from "../../../shared/shellWord.ts";
import { overviewOf } from "../address/address.ts";
import { Link, useNavigation } from "../address/navigation.tsx";
import { useDatabase } from "../data/database.ts";
import { useLiveQuery } from "../data/live.ts";
import { commandTarget } from "../session/commandTarget.ts";
import { Ago } from "../ui/Ago.tsx";
import { CodeBlock } from "../ui/CodeBlock.tsx";

/** Alerts that are read: they are written seldom, once for each change. */
const MAX_ALERTS = 20;

/** Alerts that are shown before one asks for the others. */
const SHOWN_ALERTS = 3;

/** An alert, with the id by which it is acknowledged. */
export type ListedAlert = AlertDocument & { readonly id: string };

/** The newest alerts of an app; none until they are known. */
export function useAlerts(app: string): readonly ListedAlert[] {
	const alerts = useLiveQuery(newestAlerts(app, MAX_ALERTS), listedAlert);
	return alerts.state === "ready" ? alerts.value : NONE;
}

const NONE: readonly ListedAlert[] = [];

function listedAlert(snapshot: QueryDocumentSnapshot): ListedAlert {
	return { ...(snapshot.data() as AlertDocument), id: snapshot.id };
}

/** What the team was told, newest first. */
export function Alerts({ alerts }: { readonly alerts: readonly ListedAlert[] }) {
	if (alerts.length === 0) return null;
	const [first, others] = [alerts.slice(0, SHOWN_ALERTS), alerts.slice(SHOWN_ALERTS)];
	return (
		<section class="card flush alerts" aria-labelledby="alerts-heading">
			<div class="card-head">
				<h2 id="alerts-heading">Alerts</h2>
				<p class="muted small">newest first</p>
			</div>
			<AlertList alerts={first} />
			{others.length > 0 && (
				<details class="small">
					<summary>{formatCount(others.length)} before these</summary>
					<AlertList alerts={others} />
				</details>
			)}
		</section>
	);
}

function AlertList({ alerts }: { readonly alerts: readonly ListedAlert[] }) {
	return (
		<ol>
			{alerts.map((alert) => (
				<AlertItem key={alert.id} alert={alert} />
			))}
		</ol>
	);
}

function AlertItem({ alert }: { readonly alert: ListedAlert }) {
	const { app, audience } = useNavigation().address;
	const { version_name: version, sentence, created_at, acknowledged_at } = alert;
	return (
		<li class={`alert alert-${isGoodNews(alert) ? "good" : "bad"}`}>
			<p class="alert-title">
				<strong>
					{version === undefined ? null : (
						<>
							<Link to={{ ...overviewOf(app, audience), version }}>{version}</Link>{" "}
						</>
					)}
					{titleOf(alert)}
				</strong>
				<span class="muted small">
					<Ago at={created_at.toMillis()} />
					{acknowledged_at === null ? "" : " · acknowledged"}
				</span>
			</p>
			<p class="alert-sentence">{sentence}</p>
			{acknowledged_at === null && <Acknowledge id={alert.id} />}
		</li>
	);
}

/** The page only reads: whoever may write says so with a command. */
function Acknowledge({ id }: { readonly id: string }) {
	const { app = "" } = useNavigation().address;
	const target = commandTarget(useDatabase());
	return (
		<details class="small">
			<summary class="muted">Acknowledge it</summary>
			<CodeBlock
				name={`Command that acknowledges alert ${id}`}
				code={`npm run alert -- acknowledge --app ${shellWord(app)} --alert ${shellWord(id)} ${target}`}
			/>
		</details>
	);
}

function isGoodNews({ kind, verdict, is_over }: AlertDocument): boolean {
	return kind === "release" ? verdict === "healthy" : is_over === true;
}

function titleOf({ kind, verdict, since, replaces, is_over }: AlertDocument): string {
	switch (kind) {
		case "release":
			if (verdict === "healthy") return replaces ? `is healthy, after ${replaces}` : "is healthy again";
			return `is ${verdict ?? "in trouble"}${since ? ` since ${formatDay(since)}` : ""}`;
		case "silence":
			return is_over ? "Events arrive again" : "Silence";
		case "backlog":
			return is_over ? "All events are counted again" : "Events wait to be counted";
		case "webhook":
			return "A webhook was switched off";
	}
}
