/** Shows on the standard error what is going on: on a terminal in one line, elsewhere line by line. */
export function progressLine(doing: string): void {
	process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${doing}\r` : `${doing}\n`);
}

/** Takes the line of a terminal away that {@link progressLine} wrote last. */
export function endProgress(): void {
	if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
}
