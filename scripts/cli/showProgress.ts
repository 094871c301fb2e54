import { progressLine } from "./progressLine.ts";

/** How much is done, of 0 to 1, and in words. */
export type Progress = { readonly part: number; readonly text: string };

const BAR_WIDTH = 30;

/**
 * Shows progress on the standard error until the returned function is called: a bar that moves on a terminal, a line every
 * few seconds elsewhere.
 */
export function showProgress(progress: () => Progress): () => void {
	const { isTTY } = process.stderr;
	const show = () => progressLine(isTTY ? bar(progress()) : line(progress()));
	const timer = setInterval(show, isTTY ? 100 : 5_000);
	return () => {
		clearInterval(timer);
		show();
		if (isTTY) process.stderr.write("\n");
	};
}

function bar(progress: Progress): string {
	const done = Math.floor(progress.part * BAR_WIDTH);
	return `${"█".repeat(done)}${"░".repeat(BAR_WIDTH - done)} ${line(progress)}`;
}

function line({ part, text }: Progress): string {
	return `${Math.floor(part * 100)} %  ${text}`;
}
