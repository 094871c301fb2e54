import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

let isFirstView = true;

/**
 * Names the browser's tab after a view and moves the focus to the view's heading, so that a screen reader tells of the
 * change. The first view leaves the focus where the browser puts it.
 */
export function useViewHeading(title: string): RefObject<HTMLHeadingElement | null> {
	const heading = useRef<HTMLHeadingElement>(null);
	useEffect(() => {
		document.title = `${title} – Update statistics`;
	}, [title]);
	useEffect(() => {
		if (!isFirstView) heading.current?.focus({ preventScroll: true });
		isFirstView = false;
	}, []);
	return heading;
}
