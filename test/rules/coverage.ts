/** An expression of the rules as the emulator reports it: https://firebase.google.com/docs/firestore/security/test-rules-emulator#generate_test_reports */
type Expression = {
	/** `endOffset` is that of the last character. */
	readonly sourcePosition: { readonly line: number; readonly currentOffset: number; readonly endOffset: number };
	/** How often it had which value. Missing where it was never evaluated. */
	readonly values?: readonly unknown[];
	readonly children?: readonly Expression[];
};

type Report = {
	readonly rules: { readonly files: readonly { readonly content: string }[] };
	readonly report: readonly Expression[];
};

/**
 * The expressions of the rules that no request made the emulator evaluate, as `line 12: text`.
 *
 * @throws Error when the emulator has no report of this project.
 */
export async function unevaluatedExpressions(emulator: string, projectId: string): Promise<string[]> {
	const response = await fetch(`http://${emulator}/emulator/v1/projects/${projectId}:ruleCoverage`);
	if (!response.ok) throw new Error(`The emulator answers ${response.status} instead of the rules' coverage.`);
	const { rules, report } = (await response.json()) as Report;
	const source = rules.files[0]?.content ?? "";
	return report.flatMap(withDescendants).filter(isUnevaluated).map(describeIn(source));
}

function withDescendants(expression: Expression): readonly Expression[] {
	return [expression, ...(expression.children ?? []).flatMap(withDescendants)];
}

function isUnevaluated({ values }: Expression): boolean {
	return values === undefined || values.length === 0;
}

function describeIn(source: string) {
	return ({ sourcePosition: { line, currentOffset, endOffset } }: Expression) =>
		`line ${line}: ${source.slice(currentOffset, endOffset + 1)}`;
}
