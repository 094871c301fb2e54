import { type ComponentChildren, createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";

const TICK_MS = 5_000;

const NowContext = createContext(0);

/** Gives what stands below the present time, and a new one every few seconds. */
export function NowProvider({ children }: { readonly children: ComponentChildren }) {
	const [now, setNow] = useState(Date.now);
	useEffect(() => {
		const timer = setInterval(() => setNow(Date.now()), TICK_MS);
		return () => clearInterval(timer);
	}, []);
	return <NowContext.Provider value={now}>{children}</NowContext.Provider>;
}

/** The present time, in milliseconds since the epoch, a few seconds old at most. */
export function useNow(): number {
	return useContext(NowContext);
}
