import { readFileSync } from "node:fs";
import { expect } from "chai";
import { everyQuery, type IndexedField, type NeededIndex, neededIndexes } from "../../../metrics/queries.ts";

type FieldIndex = { queryScope: string; order?: string; arrayConfig?: string };
type IndexFile = {
	indexes: NeededIndex[];
	fieldOverrides: { collectionGroup: string; fieldPath: string; indexes: FieldIndex[] }[];
};

const file: IndexFile = JSON.parse(readFileSync(new URL("../../../firestore.indexes.json", import.meta.url), "utf8"));

describe("queries of the dashboard and the report", () => {
	const needed = everyQuery("com.example.shop").flatMap(neededIndexes);

	it("ask for the indexes that Firestore would ask for", () => {
		expect(needed).to.deep.include({
			collectionGroup: "events",
			queryScope: "COLLECTION_GROUP",
			fields: [
				{ fieldPath: "app_id", order: "ASCENDING" },
				{ fieldPath: "failed_version_name", order: "ASCENDING" },
				{ fieldPath: "action", order: "ASCENDING" },
				{ fieldPath: "occurred_at", order: "DESCENDING" },
			],
		});
	});

	for (const [described, index] of new Map(needed.map((index) => [describeIndex(index), index]))) {
		it(`find their index in firestore.indexes.json: ${described}`, () => {
			const { fields } = index;
			if (fields.length > 1) expect(file.indexes).to.deep.include(index);
			else expect(hasFieldIndex(index)).to.equal(true);
		});
	}
});

function describeIndex({ collectionGroup, queryScope, fields }: NeededIndex): string {
	return `${collectionGroup} ${queryScope} (${fields.map((field) => `${field.fieldPath} ${modeOf(field)}`).join(", ")})`;
}

function modeOf(field: IndexedField): string {
	return "order" in field ? field.order : field.arrayConfig;
}

/** An index of one field exists unless an override leaves it out. One of a collection group must be asked for. */
function hasFieldIndex({ collectionGroup, queryScope, fields: [field] }: NeededIndex): boolean {
	const overrides = file.fieldOverrides.filter((override) => override.collectionGroup === collectionGroup);
	const override =
		overrides.find(({ fieldPath }) => fieldPath === field?.fieldPath) ??
		overrides.find(({ fieldPath }) => fieldPath === "*");
	if (override === undefined) return queryScope === "COLLECTION";
	return override.indexes.some(
		(index) => index.queryScope === queryScope && (index.order ?? index.arrayConfig) === (field && modeOf(field)),
	);
}
