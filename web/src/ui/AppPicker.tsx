import { useState } from "preact/hooks";
import { MAX_NAME_LENGTH } from "../../../functions/src/events/sizes.ts";
import type { AppDocument } from "../../../metrics/documents.ts";
import { appsBeginningWith } from "../../../metrics/queries.ts";
import { overviewOf } from "../address/address.ts";
import { Link, useNavigation } from "../address/navigation.tsx";
import { useQueryAsOf } from "../data/polled.ts";
import { useMenu } from "./menu.ts";
import "./menu.css";

/** Apps that are found by the beginning of their ids, at the most. */
const MAX_FOUND = 20;

type AppPickerProps = {
	/** The apps that are known: a member's all, an operator's newest. */
	readonly appIds: readonly string[];
	readonly isOperator: boolean;
};

/** Says which app is shown, and chooses another one. An operator finds each of any number by the beginning of its id. */
export function AppPicker({ appIds, isOperator }: AppPickerProps) {
	const { app } = useNavigation().address;
	if (app === undefined && appIds.length === 0) return <span class="app-name">Update statistics</span>;
	const isChoice = isOperator || appIds.some((appId) => appId !== app);
	return isChoice ? <AppMenu appIds={appIds} isOperator={isOperator} /> : <span class="app-name">{app}</span>;
}

function AppMenu({ appIds, isOperator }: AppPickerProps) {
	const { app, audience } = useNavigation().address;
	const [text, setText] = useState("");
	const menu = useMenu();
	const wanted = text.trim().toWellFormed();
	const found = useQueryAsOf<AppDocument>(
		isOperator && wanted !== "" ? appsBeginningWith(wanted, MAX_FOUND) : null,
		null,
	);
	const foundIds = found.state === "ready" ? found.value.map(({ app_id }) => app_id) : [];
	const known = appIds.filter((appId) => appId.toLowerCase().includes(wanted.toLowerCase()));
	const listed = [...new Set([...known, ...foundIds])];
	const close = () => {
		setText("");
		if (menu.current) menu.current.open = false;
	};
	return (
		<details class="menu app-menu" ref={menu}>
			<summary class="button" aria-label={app === undefined ? "Choose an app" : `App ${app}, choose another`}>
				<span class="app-name">{app ?? "Choose an app"}</span>
				<span aria-hidden="true">▾</span>
			</summary>
			<div class="card menu-card">
				<input
					type="search"
					aria-label="Find an app"
					placeholder={isOperator ? "Beginning of an app's id" : "Part of an app's id"}
					value={text}
					maxLength={MAX_NAME_LENGTH}
					onInput={({ currentTarget }) => setText(currentTarget.value)}
				/>
				<ul class="app-list">
					{listed.map((appId) => (
						<li key={appId}>
							<Link to={overviewOf(appId, audience)} onFollow={close} aria-current={appId === app ? "page" : undefined}>
								{appId}
							</Link>
						</li>
					))}
				</ul>
				{listed.length === 0 && (
					<p class="muted small" role="status">
						{found.state === "loading" && isOperator && wanted !== "" ? "Looking…" : "There is no such app."}
					</p>
				)}
			</div>
		</details>
	);
}
