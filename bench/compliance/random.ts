/** Pseudo-random numbers in [0, 1) from a seed (mulberry32), so that every run asks the same. */
export const createRandom = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

export type Pick = (count: number) => number

/** Indexes below `count`, each as likely as the others. */
export const uniformly =
  (random: () => number): Pick =>
  (count) =>
    Math.floor(random() * count)

/** Indexes below `count` after Zipf's law with the exponent of YCSB, 0.99: few are asked for often. */
export const zipfian = (random: () => number): Pick => {
  const sums: number[] = []
  return (count) => {
    for (let rank = sums.length + 1; rank <= count; rank++) sums.push((sums.at(-1) ?? 0) + 1 / rank ** 0.99)
    const wanted = random() * (sums[count - 1] ?? 0)
    let [low, high] = [0, count - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((sums[middle] ?? 0) < wanted) low = middle + 1
      else high = middle
    }
    return low
  }
}
