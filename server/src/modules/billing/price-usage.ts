const tokensPerPrice = 1_000_000n
const half = tokensPerPrice / 2n
/** Up to this price and this many tokens the sum is exact in a double. */
const priceMaxInDouble = 1_000_000_000n
const tokensMaxInDouble = 1_000_000

interface Prices {
  readonly promptMicrosPerMillion: bigint
  readonly completionMicrosPerMillion: bigint
}

/**
 * What tokens cost, exactly, in picos: millionths of a micro-unit, which is what one token costs at a price of 1. Books
 * add picos, so that many small calls cost what they cost; nothing is rounded before an amount is shown.
 */
export const exactCost = (
  usage: { readonly promptTokens: number | bigint; readonly completionTokens: number | bigint },
  { promptMicrosPerMillion, completionMicrosPerMillion }: Prices,
): bigint =>
  BigInt(usage.promptTokens) * promptMicrosPerMillion + BigInt(usage.completionTokens) * completionMicrosPerMillion

/** An amount as it is shown: picos, not negative, to micro-units, half up. A total is rounded itself, not added up of rounded rows. */
export const microsOfPicos = (picos: bigint): bigint => (picos + half) / tokensPerPrice

/** What one request shows as its cost, in micro-units, half up. Prices are micro-units per million tokens. */
export const priceUsage = (
  usage: { readonly promptTokens: number; readonly completionTokens: number },
  { promptMicrosPerMillion, completionMicrosPerMillion }: Prices,
): bigint => {
  const { promptTokens, completionTokens } = usage
  if (
    promptMicrosPerMillion <= priceMaxInDouble &&
    completionMicrosPerMillion <= priceMaxInDouble &&
    promptTokens + completionTokens <= tokensMaxInDouble
  ) {
    const sum = promptTokens * Number(promptMicrosPerMillion) + completionTokens * Number(completionMicrosPerMillion)
    return BigInt(Math.floor((sum + 500_000) / 1_000_000))
  }
  return microsOfPicos(exactCost(usage, { promptMicrosPerMillion, completionMicrosPerMillion }))
}
