import type { WriteStream } from "node:tty";

/** How much is done, of 0 to 1, and in words. */
export type Progress = { readonly part: number; readonly text: string };

const BAR_WIDTH = 30;

/**
 * Shows progress until the returned function is called: a bar that moves on a terminal, a line every few seconds
 * elsewhere.
 */
export function showProgress(stream: WriteStream, progress: () => Progress): () => void {
	const show = () => stream.write(stream.isTTY ? `\r${bar(progress())}\u001b[K` : `${line(progress())}\n`);
	const timer = setInterval(show, stream.isTTY ? 100 : 5_000);
	return () => {
		clearInterval(timer);
		show();
		if (stream.isTTY) stream.write("\n");
	};
}

function bar(progress: Progress): string {
	const done = Math.floor(progress.part * BAR_WIDTH);
	return `${"█".repeat(done)}${"░".repeat(BAR_WIDTH - done)} ${line(progress)}`;
}

function line({ part, text }: Progress): string {
	return `${Math.floor(part * 100)} %  ${text}`;
}
