import type { AnchorHTMLAttributes, ComponentChildren } from "preact";
import { createContext } from "preact";
import { useContext, useEffect, useMemo, useState } from "preact/hooks";
import { type Address, formatAddress, parseAddress } from "./address.ts";

/** Where the page is, and how it gets elsewhere. */
export type Navigation = {
	readonly address: Address;
	/** Goes to another address. `replace` leaves no step in the browser's history; `part` is the id of a part of the view. */
	readonly go: (address: Address, options?: { readonly replace?: boolean; readonly part?: string | undefined }) => void;
};

const NavigationContext = createContext<Navigation | null>(null);

/** Gives the page below it its address, which is the URL's. */
export function NavigationProvider({ children }: { readonly children: ComponentChildren }) {
	const [query, setQuery] = useState(location.search);
	useEffect(() => {
		const onPopState = () => setQuery(location.search);
		addEventListener("popstate", onPopState);
		return () => removeEventListener("popstate", onPopState);
	}, []);

	const navigation = useMemo<Navigation>(
		() => ({
			address: parseAddress(query),
			go: (address, { replace = false, part } = {}) => {
				const next = formatAddress(address);
				history[replace ? "replaceState" : "pushState"](null, "", withPart(next, part));
				setQuery(next);
			},
		}),
		[query],
	);
	return <NavigationContext.Provider value={navigation}>{children}</NavigationContext.Provider>;
}

/** The navigation of the page. */
export function useNavigation(): Navigation {
	const navigation = useContext(NavigationContext);
	if (navigation === null) throw new Error("A NavigationProvider must stand above.");
	return navigation;
}

type LinkProps = Pick<AnchorHTMLAttributes, "class" | "title" | "aria-label"> & {
	readonly to: Address;
	/** The id of the part of the view that is shown first; else its top. */
	readonly part?: string | undefined;
	readonly "aria-current"?: "page" | undefined;
	/** Called when the link is followed within the page. */
	readonly onFollow?: () => void;
	readonly children: ComponentChildren;
};

/** A link within the page. It is a real link, so that it can be copied and opened in a new tab. */
export function Link({ to, part, onFollow, ...attributes }: LinkProps) {
	const { go } = useNavigation();
	const follow = (event: MouseEvent) => {
		if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
		event.preventDefault();
		go(to, { part });
		onFollow?.();
		scrollTo(0, 0);
	};
	return <a {...attributes} href={withPart(formatAddress(to), part)} onClick={follow} />;
}

function withPart(query: string, part: string | undefined): string {
	return part === undefined ? query : `${query}#${part}`;
}
