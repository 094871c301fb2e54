import type { Figure } from "./figures.ts";

/** What is measured of the dashboard, as the documents call it, by its unit. */
export const DASHBOARD_MEANINGS = {
	"ms, interactive": "overview: the versions are there, and the page answers",
	"ms, charts": "with trends and charts",
	"documents read": "documents that it reads, with every version's active devices",
	"documents/s, left open": "documents a second while it is left open beside 40 commits a second",
	"ms, release interactive": "a release's page: the verdict is there, and the page answers",
	"ms, release charts": "with its charts",
	"documents read, release": "documents that it reads, with where it fails",
	"kB, first view": "first view, compressed",
	"kB, charts": "chart library, loaded after it",
} as const;

/** One value of each unit, or one of each visit. */
export type DashboardValues = Readonly<Record<keyof typeof DASHBOARD_MEANINGS, readonly number[]>>;

/** The figures of a run. `point` tells how much data was behind the page. */
export function dashboardFigures(point: string, values: DashboardValues): readonly Figure[] {
	return Object.entries(values).map(([unit, ofUnit]) => ({
		part: "dashboard",
		point,
		design: "overview",
		unit,
		values: ofUnit,
	}));
}
