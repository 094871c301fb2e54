import type { Query, QuerySnapshot } from "@google-cloud/firestore";

/**
 * Reads what a query finds page by page, the next one only when it is asked for, so that memory holds one at a time.
 *
 * @param query An ordered query without a limit.
 * @returns The pages; a query that finds nothing has one empty page.
 */
export async function* pagesOf(query: Query, pageSize: number): AsyncGenerator<QuerySnapshot> {
	let next = query.limit(pageSize);
	for (;;) {
		const page = await next.get();
		yield page;
		const last = page.docs.at(-1);
		if (last === undefined || page.size < pageSize) return;
		next = query.startAfter(last).limit(pageSize);
	}
}
