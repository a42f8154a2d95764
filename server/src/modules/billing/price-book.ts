interface Prices {
  readonly promptMicrosPerMillion: bigint
  readonly completionMicrosPerMillion: bigint
}

/** What a call of a batch costs, in percent of the price of a call that somebody waits for. */
const batchPercent = 50n

/**
 * The prices of batches, micro-units per million tokens: a share of the others, rounded down to a whole micro-unit. What is
 * booked is counted exactly from these, as from any price.
 */
export const batchPrices = ({ promptMicrosPerMillion, completionMicrosPerMillion }: Prices): Prices => ({
  promptMicrosPerMillion: (promptMicrosPerMillion * batchPercent) / 100n,
  completionMicrosPerMillion: (completionMicrosPerMillion * batchPercent) / 100n,
})
