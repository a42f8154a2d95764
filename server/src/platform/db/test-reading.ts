import { makeReading, type Reader, type Reading } from './reading.ts'

/** Admits everything: for tests of what stands below the purpose gate. */
export const anyReading: Reading = makeReading({
  purposes: [],
  onBehalfOf: null,
  open: () => undefined,
  admit: () => undefined,
  admitCells: async (_tx, cells) => cells.map(() => true),
  by: () => anyReading,
  duty: () => anyReading,
  rehearsed: () => anyReading,
})

/** Reads for anything, where there is no database. */
export const anyReader: Reader = {
  reading: anyReading,
  as: () => {
    throw new Error('there is no database')
  },
}
