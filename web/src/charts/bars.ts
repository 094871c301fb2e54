/** A row of bars, one for each label. `color` is a name of the style sheet. */
export type Series = { readonly label: string; readonly color: string; readonly values: readonly number[] };

/** What is drawn. */
export type Bars = {
	readonly labels: readonly string[];
	readonly series: readonly Series[];
	readonly shape: "columns" | "rows";
	/** What the axis says below each column; else the labels, as many as there is room for. */
	readonly axis?: readonly AxisTick[] | undefined;
	/** A line before one of the columns, with what it says. */
	readonly mark?: Mark | undefined;
};

/** A column's place on the axis, where it is shown: with a line before the column, and some only in a chart that is wide. */
export type AxisTick = {
	readonly text: string;
	readonly shown: "with a line" | "always" | "when wide" | "never";
};

/** A line before a column, and what it says. */
export type Mark = { readonly index: number; readonly text: string };
