import "./codeBlock.css";

/** Text to be copied, as it is. Long lines are broken for the eye alone. */
export function CodeBlock({ name, code }: { readonly name: string; readonly code: string }) {
	return (
		<div class="code">
			<section aria-label={name}>
				<pre>{code}</pre>
			</section>
			<button type="button" class="button" onClick={() => navigator.clipboard.writeText(code)}>
				Copy
			</button>
		</div>
	);
}
