/** Text for a terminal. Names come from devices: what a terminal would obey is replaced. */
export function printable(text: string): string {
	return text.replace(/[\p{Cc}\p{Cf}]/gu, "�");
}
