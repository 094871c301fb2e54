import { useEffect, useState } from "preact/hooks";
import { MAX_NAME_LENGTH } from "../../../functions/src/events/sizes.ts";
import { useNavigation } from "../address/navigation.tsx";

/** After a pause of so many milliseconds what was typed is looked for: each look reads documents. */
const TYPING_PAUSE_MS = 300;

/** Finds versions by the beginning of their names, those that are not listed too. */
export function FindRelease() {
	const { address, go } = useNavigation();
	const [text, setText] = useState(address.find ?? "");
	const find = text.trim() === "" ? undefined : text.trim();
	useEffect(() => {
		if (find === address.find) return;
		const timer = setTimeout(() => go({ ...address, find }, { replace: true }), TYPING_PAUSE_MS);
		return () => clearTimeout(timer);
	}, [find, address, go]);
	return (
		<search class="find-release">
			<input
				type="search"
				aria-label="Find a version"
				placeholder="Find a version"
				value={text}
				maxLength={MAX_NAME_LENGTH}
				onInput={({ currentTarget }) => setText(currentTarget.value)}
			/>
		</search>
	);
}
