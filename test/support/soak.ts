/** Whether the tests run at their full size, by `npm run soak`, instead of the smaller one of `npm test`. */
export const isSoak = process.env["STATS_SOAK"] === "1";
