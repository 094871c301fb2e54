import { signOut } from "firebase/auth";
import { useState } from "preact/hooks";
import { MAX_NAME_LENGTH } from "../../functions/src/events/sizes.ts";
import { overviewOf } from "./address/address.ts";
import { Link, useNavigation } from "./address/navigation.tsx";
import type { Backend } from "./session/backend.ts";
import type { User } from "./session/useSession.ts";
import { AppPicker } from "./ui/AppPicker.tsx";
import { Logo } from "./ui/Logo.tsx";
import { useMenu } from "./ui/menu.ts";
import { applyTheme, storedTheme, type Theme } from "./ui/theme.ts";
import "./styles/header.css";

type HeaderProps = {
	readonly backend: Backend;
	readonly user: User;
	readonly appIds: readonly string[];
	/** Whether there is an app to search in. */
	readonly isReadable: boolean;
};

/** The bar above every view: which app, whose events, and the way to a device. */
export function Header({ backend, user, appIds, isReadable }: HeaderProps) {
	const { address } = useNavigation();
	const menu = useMenu();
	return (
		<header class="header">
			<Link class="home" to={overviewOf(address.app, address.audience)} aria-label="Overview">
				<Logo size={28} />
			</Link>
			<AppPicker appIds={appIds} isOperator={user.isOperator} />
			{isReadable && <DeviceSearchBox />}
			<div class="header-end">
				{isReadable && <AudienceSwitch />}
				<details class="menu" ref={menu}>
					<summary class="button" aria-label="Your account">
						{initialOf(user)}
					</summary>
					<div class="card menu-card">
						<p class="menu-email">{user.email ?? user.uid}</p>
						<p class="muted small">{user.isOperator ? "Operator: reads every app" : "Member"}</p>
						<ThemePicker />
						<button type="button" class="button wide" onClick={() => signOut(backend.auth)}>
							Sign out
						</button>
					</div>
				</details>
			</div>
		</header>
	);
}

function DeviceSearchBox() {
	const { address, go } = useNavigation();
	const [text, setText] = useState(address.search ?? "");
	return (
		<search class="search">
			<form
				onSubmit={(event) => {
					event.preventDefault();
					if (text.trim() !== "") go({ ...overviewOf(address.app, address.audience), search: text.trim() });
				}}
			>
				<input
					type="search"
					aria-label="Find a device"
					placeholder="Device id or custom id"
					value={text}
					maxLength={MAX_NAME_LENGTH}
					onInput={({ currentTarget }) => setText(currentTarget.value)}
				/>
			</form>
		</search>
	);
}

function AudienceSwitch() {
	const { address, go } = useNavigation();
	return (
		<label class="switch" title="Count emulators and builds that are not for production too">
			<input
				type="checkbox"
				checked={address.audience === "all"}
				onChange={({ currentTarget }) =>
					go({ ...address, audience: currentTarget.checked ? "all" : "production" }, { replace: true })
				}
			/>
			<span>Dev builds</span>
		</label>
	);
}

function ThemePicker() {
	const [theme, setTheme] = useState(storedTheme);
	const choose = (next: Theme) => {
		setTheme(next);
		applyTheme(next);
	};
	return (
		<label class="theme-picker">
			<span>Theme</span>
			<select value={theme} onChange={({ currentTarget }) => choose(currentTarget.value as Theme)}>
				<option value="system">As the system</option>
				<option value="light">Light</option>
				<option value="dark">Dark</option>
			</select>
		</label>
	);
}

function initialOf({ email, uid }: User): string {
	return (email ?? uid).slice(0, 1).toUpperCase();
}
