/** Lists as iterators that fetch the next page when it is needed. */

import { given, type Answer } from "./problems.js";

/** One page of any list. */
export interface Page<Row> {
  data: Row[];
  pagination: { next_cursor?: string | null };
}

/**
 * Every row of a list, page after page; none is skipped or repeated while others insert and delete.
 *
 *     for await (const patient of every((cursor) => api.GET("/patients", { params: { query: { sex: "female", ...cursor } } })))
 *
 * @param page Asks for a page; what it is given goes into the query.
 */
export async function* every<Row>(
  page: (cursor: { cursor?: string }) => Promise<Answer<Page<Row>>>,
): AsyncGenerator<Row, void, undefined> {
  let cursor: { cursor?: string } = {};
  for (;;) {
    const { data, pagination } = await given(page(cursor));
    yield* data;
    if (!pagination.next_cursor) return;
    cursor = { cursor: pagination.next_cursor };
  }
}
