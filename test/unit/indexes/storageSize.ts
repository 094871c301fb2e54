import { allIndexes, type IndexConfig } from "./indexConfig.ts";

/**
 * The bytes for which Firestore charges: https://firebase.google.com/docs/firestore/storage-size. A string has one more than
 * its UTF-8, a name 16 more than its parts, a document, a map and an index entry 32 more.
 */

type Fields = Readonly<Record<string, unknown>>;

/** A document with its index entries, those of automatic indexes left out: every collection turns them off. */
export function storageSize(path: string, document: Fields, config: IndexConfig): number {
	return documentSize(path, document) + indexSize(path, document, config);
}

export function documentSize(path: string, document: Fields): number {
	return nameSize(path) + fieldsSize(document) + 32;
}

function indexSize(path: string, document: Fields, config: IndexConfig): number {
	const collection = path.split("/").at(-2);
	const parent = path.split("/").slice(0, -2).join("/");
	const entries = allIndexes(config)
		.filter(
			({ collectionGroup, fields }) => collectionGroup === collection && fields.every((f) => f.fieldPath in document),
		)
		.flatMap(({ queryScope, fields }) => {
			const [first] = fields;
			const fieldName = fields.length === 1 && first ? stringSize(first.fieldPath) : 0;
			const scope = queryScope === "COLLECTION" ? nameSize(parent) : 0;
			const values = fields.map(({ fieldPath }) => document[fieldPath]);
			const [value] = values;
			// An index on an array's elements has an entry for each of them.
			const keys = Array.isArray(value) ? value.map(valueSize) : [sum(values.map(valueSize))];
			return keys.map((key) => nameSize(path) + scope + fieldName + key + 32);
		});
	return sum(entries);
}

function nameSize(path: string): number {
	return path === "" ? 0 : sum(path.split("/").map(stringSize)) + 16;
}

function fieldsSize(fields: Fields): number {
	return sum(Object.entries(fields).map(([name, value]) => stringSize(name) + valueSize(value)));
}

function valueSize(value: unknown): number {
	if (typeof value === "string") return stringSize(value);
	if (typeof value === "number") return 8;
	if (typeof value === "boolean" || value === null) return 1;
	if (Array.isArray(value)) return sum(value.map(valueSize));
	if (typeof value !== "object") throw new TypeError(`No document holds a ${typeof value}.`);
	return Object.getPrototypeOf(value) === Object.prototype ? fieldsSize({ ...value }) + 32 : 8;
}

function stringSize(text: string): number {
	return Buffer.byteLength(text) + 1;
}

function sum(numbers: readonly number[]): number {
	return numbers.reduce((total, number) => total + number, 0);
}
