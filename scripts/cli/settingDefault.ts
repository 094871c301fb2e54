/** What is used here of a setting that functions/src/config.ts declares. */
type NumberSetting = { readonly name: string; readonly options: { readonly default?: unknown } };

/** The value with which a setting is deployed where nobody changes it. */
export function settingDefault({ name, options }: NumberSetting): number {
	if (typeof options.default === "number") return options.default;
	throw new Error(`The setting ${name} has no number as its default.`);
}
