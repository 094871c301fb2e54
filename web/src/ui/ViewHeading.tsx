import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

let isFirstView = true;

type ViewHeadingProps = {
	/** What the browser's tab is named after. */
	readonly title: string;
	readonly isMono?: boolean;
	readonly children: ComponentChildren;
};

/**
 * The heading of a view. It takes the focus when it appears, so that a screen reader tells of the change; in the first
 * view the focus stays where the browser puts it.
 */
export function ViewHeading({ title, isMono = false, children }: ViewHeadingProps) {
	const heading = useRef<HTMLHeadingElement>(null);
	useEffect(() => {
		document.title = `${title} – Update statistics`;
	}, [title]);
	useEffect(() => {
		if (!isFirstView) heading.current?.focus({ preventScroll: true });
		isFirstView = false;
	}, []);
	return (
		<h1 ref={heading} tabIndex={-1} class={isMono ? "mono" : ""}>
			{children}
		</h1>
	);
}
