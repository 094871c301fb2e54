/**
 * The quantile of a beta distribution, which exact binomial intervals are made of.
 *
 * Own code, because the libraries that have it are too large for a page: `@stdlib/math-base-special-betaincinv` is 231
 * packages and 48 kB after gzip, `cephes` a WebAssembly module of 300 kB.
 */

const RELATIVE_ERROR = 1e-14;

/** The fraction needs some √(a + b) terms: 3,000,000 devices stay far below this. */
const MAX_TERMS = 100_000;

const MAX_STEPS = 200;

/** Stands for a 0 that the fraction would divide by. */
const TINY = 1e-300;

/** From here on the asymptotic series of ln Γ is exact to a double's precision. */
const STIRLING_FROM = 12;

/** The x below which a variable of Beta(a, b) lies with this probability. `a` and `b` are above 0. */
export function betaQuantile(probability: number, a: number, b: number): number {
	if (probability <= 0) return 0;
	if (probability >= 1) return 1;
	const lnBeta = lnGamma(a) + lnGamma(b) - lnGamma(a + b);
	// Newton's steps, within an interval that each of them narrows: a step that leaves it is replaced by halving.
	let low = 0;
	let high = 1;
	let x = a / (a + b);
	for (let step = 0; step < MAX_STEPS; step += 1) {
		const excess = incompleteBeta(x, a, b, lnBeta) - probability;
		if (excess > 0) high = x;
		else low = x;
		const density = Math.exp((a - 1) * Math.log(x) + (b - 1) * Math.log1p(-x) - lnBeta);
		const newton = x - excess / density;
		const next = newton > low && newton < high ? newton : (low + high) / 2;
		if (Math.abs(next - x) <= RELATIVE_ERROR * next) return next;
		x = next;
	}
	return x;
}

/** The regularized incomplete beta function I_x(a, b): https://dlmf.nist.gov/8.17 */
function incompleteBeta(x: number, a: number, b: number, lnBeta: number): number {
	// The fraction converges fast on this side only: https://dlmf.nist.gov/8.17.E4
	if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a, lnBeta);
	const factor = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - lnBeta) / a;
	return factor * incompleteBetaFraction(x, a, b);
}

/** The continued fraction https://dlmf.nist.gov/8.17.E22, by Lentz's method: https://dlmf.nist.gov/3.10.iii */
function incompleteBetaFraction(x: number, a: number, b: number): number {
	let value = 1;
	let numerators = 1;
	let denominators = 0;
	for (let term = 1; term < MAX_TERMS; term += 1) {
		const m = Math.floor(term / 2);
		const coefficient =
			term % 2 === 0
				? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
				: (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
		denominators = 1 / notZero(1 + coefficient * denominators);
		numerators = notZero(1 + coefficient / numerators);
		const change = numerators * denominators;
		value *= change;
		if (Math.abs(change - 1) < RELATIVE_ERROR) break;
	}
	return 1 / value;
}

function notZero(value: number): number {
	return Math.abs(value) < TINY ? TINY : value;
}

/** ln Γ(z) for z above 0: https://dlmf.nist.gov/5.11.E1, moved up by https://dlmf.nist.gov/5.5.E1 where z is small. */
export function lnGamma(z: number): number {
	if (z < STIRLING_FROM) return lnGamma(z + 1) - Math.log(z);
	const square = z * z;
	const series = (1 / 12 - (1 / 360 - (1 / 1_260 - (1 / 1_680 - 1 / (1_188 * square)) / square) / square) / square) / z;
	return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series;
}
