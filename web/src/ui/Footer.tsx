import { useEffect, useState } from "preact/hooks";
import { formatCount } from "../../../metrics/format.ts";
import { useDatabase } from "../data/database.ts";
import "./footer.css";

/** Says what the figures mean and what looking at them costs. */
export function Footer() {
	const { reads } = useDatabase();
	const [total, setTotal] = useState(reads.total);
	useEffect(() => reads.subscribe(() => setTotal(reads.total())), [reads]);
	return (
		<footer class="footer">
			<p>
				Days are UTC; other times are your own. Verdicts come as they are judged; counters are looked at every 15
				seconds.
			</p>
			<p>
				Since you opened it, this page has read <span data-testid="documents-read">{formatCount(total)}</span> documents
				of Firestore, which bills them.
			</p>
		</footer>
	);
}
