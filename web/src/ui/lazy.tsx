import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Loading, Notice } from "./Notice.tsx";

/** A view whose code is loaded when it is shown first, so that the first view stays small. */
export function lazy<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
	let loading: Promise<ComponentType<Props>> | undefined;
	let loaded: ComponentType<Props> | undefined;
	return function Lazy(props: Props) {
		const [View, setView] = useState<ComponentType<Props> | undefined>(() => loaded);
		const [hasFailed, setHasFailed] = useState(false);
		useEffect(() => {
			if (loaded) return;
			loading ??= load();
			loading.then(
				(view) => {
					loaded = view;
					setView(() => view);
				},
				() => {
					loading = undefined;
					setHasFailed(true);
				},
			);
		}, []);
		if (hasFailed)
			return <Notice title="This view could not be loaded">Check the connection and reload the page.</Notice>;
		return View ? <View {...props} /> : <Loading />;
	};
}
