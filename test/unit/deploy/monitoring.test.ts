import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import * as z from "../../../functions/node_modules/zod/index.js";
import { ROOT } from "../../../scripts/cli/steps.ts";

const read = (file: string) => readFileSync(path.join(ROOT, file), "utf8");

const seconds = z.string().regex(/^\d+s$/);

/** https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies#Aggregation, as far as it is used */
const aggregation = z.strictObject({
	alignmentPeriod: seconds,
	perSeriesAligner: z.enum(["ALIGN_DELTA", "ALIGN_RATE", "ALIGN_MAX"]),
	crossSeriesReducer: z
		.enum(["REDUCE_SUM", "REDUCE_PERCENTILE_50", "REDUCE_PERCENTILE_95", "REDUCE_PERCENTILE_99"])
		.optional(),
	groupByFields: z.array(z.string()).optional(),
});

const trigger = z.strictObject({ count: z.int().min(1) });

const condition = z.union([
	z.strictObject({
		displayName: z.string(),
		conditionThreshold: z.strictObject({
			filter: z.string(),
			aggregations: z.array(aggregation),
			denominatorFilter: z.string().optional(),
			denominatorAggregations: z.array(aggregation).optional(),
			comparison: z.literal("COMPARISON_GT"),
			thresholdValue: z.number(),
			duration: seconds,
			trigger,
		}),
	}),
	z.strictObject({
		displayName: z.string(),
		conditionAbsent: z.strictObject({
			filter: z.string(),
			aggregations: z.array(aggregation),
			duration: seconds,
			trigger,
		}),
	}),
	z.strictObject({
		displayName: z.string(),
		conditionPrometheusQueryLanguage: z.strictObject({
			query: z.string(),
			duration: seconds,
			evaluationInterval: seconds,
		}),
	}),
]);

/** https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies#AlertPolicy, as far as it is used */
const policySchema = z.strictObject({
	displayName: z.string(),
	severity: z.enum(["CRITICAL", "ERROR", "WARNING"]),
	combiner: z.literal("OR"),
	enabled: z.literal(true),
	documentation: z.strictObject({ mimeType: z.literal("text/markdown"), content: z.string().max(8_192) }),
	alertStrategy: z.strictObject({ autoClose: seconds }),
	conditions: z.array(condition).min(1).max(6),
});

/** https://cloud.google.com/monitoring/api/ref_v3/rest/v1/projects.dashboards, as far as it is used */
const dashboardSchema = z.strictObject({
	displayName: z.string(),
	mosaicLayout: z.strictObject({
		columns: z.literal(48),
		tiles: z.array(
			z.strictObject({
				xPos: z.int().min(0),
				yPos: z.int().min(0),
				width: z.int().min(1),
				height: z.int().min(1),
				widget: z.strictObject({
					title: z.string(),
					xyChart: z.strictObject({
						dataSets: z.array(
							z.strictObject({
								plotType: z.enum(["LINE", "STACKED_AREA", "STACKED_BAR"]),
								targetAxis: z.literal("Y1"),
								minAlignmentPeriod: seconds,
								legendTemplate: z.string().optional(),
								timeSeriesQuery: z.strictObject({
									timeSeriesFilter: z.strictObject({ filter: z.string(), aggregation }),
								}),
							}),
						),
						yAxis: z.strictObject({ label: z.string(), scale: z.literal("LINEAR") }),
					}),
				}),
			}),
		),
	}),
});

/** https://cloud.google.com/logging/docs/reference/v2/rest/v2/projects.metrics, as far as it is used */
const metricSchema = z.strictObject({
	description: z.string(),
	filter: z.literal('resource.type="cloud_run_revision" AND jsonPayload.log_event:*'),
	metricDescriptor: z.strictObject({
		metricKind: z.literal("DELTA"),
		valueType: z.literal("INT64"),
		unit: z.literal("1"),
		labels: z.tuple([
			z.strictObject({ key: z.literal("log_event"), valueType: z.literal("STRING"), description: z.string() }),
		]),
	}),
	labelExtractors: z.strictObject({ log_event: z.literal("EXTRACT(jsonPayload.log_event)") }),
});

const FILES = globSync("monitoring/**/*.json", { cwd: ROOT });
const POLICY_FILES = FILES.filter((file) => path.basename(path.dirname(file)) === "policies");
const policies = POLICY_FILES.map((file) => policySchema.parse(JSON.parse(read(file))));
const dashboard = dashboardSchema.parse(JSON.parse(read("monitoring/dashboard.json")));
const operations = read("docs/operations.md");

const LOG_EVENT = /log_event="(\w+)"|log_event=~"([\w|]+)"/g;

/** The log events that a policy or chart looks for. */
function logEventsIn(text: string): string[] {
	const named = [...text.matchAll(LOG_EVENT)].flatMap(([, one, several]) => one ?? several?.split("|") ?? []);
	return [...new Set(named)].sort();
}

/** The expressions in a file, without the escapes of JSON. */
function expressionsIn(value: unknown): string {
	if (typeof value === "string") return `${value}\n`;
	return typeof value === "object" && value !== null ? Object.values(value).map(expressionsIn).join("") : "";
}

/** The documented alerts: their names, with their conditions. */
function documentedAlerts(): Map<string, string> {
	const [, table = ""] = operations.split("| alert | condition |\n|---|---|\n");
	const [rows = ""] = table.split("\n\n");
	return new Map(
		rows.split("\n").map((row) => {
			const [name = "", condition = ""] = row.replace(/^\| | \|$/g, "").split(" | ");
			return [name, condition];
		}),
	);
}

describe("the alerts and the dashboard of Cloud Monitoring", () => {
	it("are files that gcloud reads: its YAML knows no tabs", () => {
		expect(POLICY_FILES).to.have.length(FILES.length - 2);
		for (const file of FILES) expect(read(file), file).not.to.include("\t");
	});

	it("read a metric of log lines that there is", () => {
		expect(metricSchema.safeParse(JSON.parse(read("monitoring/log-events-metric.json"))).error).to.equal(undefined);
		const [, name] = /logging metrics create (\w+)/.exec(operations) ?? [];
		const all = expressionsIn([policies, dashboard]);
		const filters = [...all.matchAll(/logging\.googleapis\.com\/user\/(\w+)/g)].map(([, metric]) => metric);
		const queries = [...all.matchAll(/logging_googleapis_com:user_(\w+)/g)].map(([, metric]) => metric);
		expect(filters).not.to.be.empty;
		expect(queries).not.to.be.empty;
		expect(new Set([...filters, ...queries])).to.deep.equal(new Set([name]));
	});

	it("are those that docs/operations.md describes, with the same log events", () => {
		const documented = documentedAlerts();
		expect(policies.map(({ displayName }) => displayName)).to.have.members([...documented.keys()]);
		for (const policy of policies) {
			const row = documented.get(policy.displayName) ?? "";
			const [condition = ""] = row.split(": ");
			const named = [...new Set([...condition.matchAll(/"(\w+)"/g)].map(([, event = ""]) => event))].sort();
			expect(logEventsIn(expressionsIn(policy)), policy.displayName).to.deep.equal(named);
		}
	});

	it("look for log events that the code writes, and name none else", () => {
		const written = [...read("functions/src/logs.ts").matchAll(/log_event: "(\w+)"/g)].map(([, event]) => event);
		const all = expressionsIn(policies);
		expect(written).to.include.members(logEventsIn(all));
		const inText = policies.flatMap(({ documentation }) => [
			...documentation.content.matchAll(/`(\w+_(?:failed|refused))`/g),
		]);
		expect(written).to.include.members(inText.map(([, event]) => event));
	});

	it("look for services that are deployed", () => {
		const exported = [...read("functions/src/index.ts").matchAll(/^export const (\w+) =/gm)].map(([, name = ""]) =>
			name.toLowerCase(),
		);
		const services = [...expressionsIn([policies, dashboard]).matchAll(/service_name="(\w+)"/g)].map(
			([, name]) => name,
		);
		expect(exported).to.include.members(services);
		// The dashboard shows all of them.
		expect(new Set(services)).to.deep.equal(new Set(exported));
	});

	it("show each chart in a place of its own", () => {
		const { columns, tiles } = dashboard.mosaicLayout;
		const cells = tiles.flatMap(({ xPos, yPos, width, height }) =>
			Array.from(
				{ length: width * height },
				(_, index) => `${xPos + (index % width)} ${yPos + Math.floor(index / width)}`,
			),
		);
		expect(new Set(cells).size).to.equal(cells.length);
		for (const { xPos, width } of tiles) expect(xPos + width).to.be.at.most(columns);
	});
});
