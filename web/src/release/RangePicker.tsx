import { daysOfRange, RANGE_DAYS, type Range } from "../address/address.ts";
import { useNavigation } from "../address/navigation.tsx";
import { useNow } from "../ui/now.tsx";

/** Chooses the days that a version shows. */
export function RangePicker() {
	const { address, go } = useNavigation();
	const { range } = address;
	const { from, to } = daysOfRange(range, useNow());
	const choose = (next: Range) => go({ ...address, range: next, more: 0 }, { replace: true });
	return (
		<fieldset class="range">
			<legend class="visually-hidden">Days</legend>
			<div class="segments">
				{RANGE_DAYS.map((days) => (
					<button
						key={days}
						type="button"
						aria-pressed={"days" in range && range.days === days}
						onClick={() => choose({ days })}
					>
						{days} days
					</button>
				))}
			</div>
			<input
				type="date"
				aria-label="First day"
				value={from}
				max={to}
				onChange={({ currentTarget: { value } }) => value && choose(rangeOf(value, to))}
			/>
			<span aria-hidden="true">–</span>
			<input
				type="date"
				aria-label="Last day"
				value={to}
				min={from}
				onChange={({ currentTarget: { value } }) => value && choose(rangeOf(from, value))}
			/>
		</fieldset>
	);
}

/** Days that are given the wrong way round still are a range. */
function rangeOf(day: string, other: string): Range {
	const [from = day, to = other] = [day, other].toSorted();
	return { from, to };
}
