/** The page's mark. */
export function Logo({ size }: { readonly size: number }) {
	return (
		<svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
			<rect width="32" height="32" rx="8" fill="var(--brand)" />
			<path
				d="M6 17h5l3-8 5 14 3-6h4"
				fill="none"
				stroke="var(--on-primary)"
				stroke-width="2.6"
				stroke-linecap="round"
				stroke-linejoin="round"
			/>
		</svg>
	);
}
