import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** A menu made of `<details>`, which closes when one presses Escape or turns to something else. */
export function useMenu(): RefObject<HTMLDetailsElement | null> {
	const menu = useRef<HTMLDetailsElement>(null);
	useEffect(() => {
		const closeOnEscape = (event: KeyboardEvent) => {
			if (event.key !== "Escape" || !menu.current?.open) return;
			menu.current.open = false;
			menu.current.querySelector("summary")?.focus();
		};
		const closeOutside = (event: Event) => {
			if (menu.current && event.target instanceof Node && !menu.current.contains(event.target))
				menu.current.open = false;
		};
		addEventListener("keydown", closeOnEscape);
		addEventListener("pointerdown", closeOutside);
		addEventListener("focusin", closeOutside);
		return () => {
			removeEventListener("keydown", closeOnEscape);
			removeEventListener("pointerdown", closeOutside);
			removeEventListener("focusin", closeOutside);
		};
	}, []);
	return menu;
}
