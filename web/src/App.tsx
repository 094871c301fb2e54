import { useEffect, useMemo } from "preact/hooks";
import type { AppDocument, MemberDocument } from "../../metrics/documents.ts";
import { apps, membershipsOf } from "../../metrics/queries.ts";
import { overviewOf } from "./address/address.ts";
import { useNavigation } from "./address/navigation.tsx";
import { DatabaseContext } from "./data/database.ts";
import { useLiveQuery } from "./data/live.ts";
import { createReadTally } from "./data/reads.ts";
import { Header } from "./Header.tsx";
import { Overview } from "./overview/Overview.tsx";
import type { Backend } from "./session/backend.ts";
import { type User, useSession } from "./session/useSession.ts";
import { NoAccess, SetupGuide } from "./setup/views.ts";
import { Footer } from "./ui/Footer.tsx";
import { lazy } from "./ui/lazy.tsx";
import { Loading, Notice } from "./ui/Notice.tsx";
import { NowProvider } from "./ui/now.tsx";

const SignIn = lazy(() => import("./session/SignIn.tsx").then((module) => module.SignIn));
const ReleaseView = lazy(() => import("./release/ReleaseView.tsx").then((module) => module.ReleaseView));
const DeviceView = lazy(() => import("./device/DeviceView.tsx").then((module) => module.DeviceView));
const DeviceList = lazy(() => import("./device/DeviceList.tsx").then((module) => module.DeviceList));
const DeviceSearch = lazy(() => import("./device/DeviceSearch.tsx").then((module) => module.DeviceSearch));

/** Apps that an operator's list shows before one looks for others: those with the newest events. */
const MAX_APPS = 100;

/** The whole page. */
export function App({ backend }: { readonly backend: Backend }) {
	const session = useSession(backend.auth);
	const database = useMemo(
		() => ({ db: backend.db, isEmulated: backend.isEmulated, reads: createReadTally() }),
		[backend],
	);
	if (session.state === "loading") return <Loading />;
	if (session.state === "signed-out") return <SignIn backend={backend} />;
	return (
		<DatabaseContext.Provider value={database}>
			<NowProvider>
				<Dashboard key={session.user.uid} backend={backend} user={session.user} />
			</NowProvider>
		</DatabaseContext.Provider>
	);
}

type DashboardProps = { readonly backend: Backend; readonly user: User };

function Dashboard({ backend, user }: DashboardProps) {
	const { address, go } = useNavigation();
	const memberships = useLiveQuery<MemberDocument>(membershipsOf(user.uid));
	const listed = useLiveQuery<AppDocument>(user.isOperator ? apps(MAX_APPS) : null);
	const known = user.isOperator ? listed : memberships;
	const appIds = known.state === "ready" ? known.value.map(({ app_id }) => app_id) : [];
	const [firstApp] = appIds;

	useEffect(() => {
		if (address.app === undefined && firstApp !== undefined)
			go(overviewOf(firstApp, address.audience), { replace: true });
	}, [address, firstApp, go]);

	const mayRead = address.app === undefined || user.isOperator || appIds.includes(address.app);
	return (
		<>
			<a class="skip-link" href="#main">
				Skip to the content
			</a>
			<Header backend={backend} user={user} appIds={appIds} isReadable={mayRead && address.app !== undefined} />
			<main id="main" tabIndex={-1}>
				{known.state === "loading" && <Loading />}
				{known.state === "failed" && <Notice title="Your apps could not be read">{known.error.message}</Notice>}
				{known.state === "ready" && (
					<AppView backend={backend} user={user} mayRead={mayRead} hasApps={appIds.length > 0} />
				)}
			</main>
			<Footer />
		</>
	);
}

type AppViewProps = {
	readonly backend: Backend;
	readonly user: User;
	readonly mayRead: boolean;
	readonly hasApps: boolean;
};

function AppView({ backend, user, mayRead, hasApps }: AppViewProps) {
	const { app, version, device, devices, search } = useNavigation().address;
	if (!mayRead) return <NoAccess backend={backend} user={user} app={app} />;
	if (app === undefined) {
		if (hasApps) return <Loading />;
		return user.isOperator ? (
			<SetupGuide app={undefined} />
		) : (
			<NoAccess backend={backend} user={user} app={undefined} />
		);
	}
	if (search !== undefined) return <DeviceSearch app={app} search={search} />;
	if (device !== undefined) return <DeviceView key={device} app={app} deviceId={device} />;
	if (devices !== undefined) return <DeviceList app={app} days={devices} />;
	if (version !== undefined) return <ReleaseView key={`${app} ${version}`} app={app} version={version} />;
	return <Overview key={app} app={app} />;
}
