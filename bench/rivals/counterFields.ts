/**
 * The fields of a counter document to merge into it, as nested maps.
 *
 * @param increments By field path: `events`, `actions.set`.
 * @param fieldAfter What to write to a field that grows by so much.
 */
export function counterFields<T>(
	increments: ReadonlyMap<string, number>,
	fieldAfter: (field: string, by: number) => T,
): Record<string, T | Record<string, T>> {
	const fields: Record<string, T | Record<string, T>> = {};
	for (const [field, by] of increments) {
		const [name = field, action] = field.split(".");
		const value = fieldAfter(field, by);
		fields[name] = action === undefined ? value : { ...(fields[name] as Record<string, T>), [action]: value };
	}
	return fields;
}
