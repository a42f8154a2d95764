export {
  type Committed,
  type Journal,
  type JournalDisk,
  type JournalOptions,
  type JournalSegment,
  openJournal,
  realDisk,
} from './journal.ts'
export { type OpenWork, openProgress, type Progress, type ProgressCounts, type Slot } from './progress.ts'
export type { SegmentContents } from './segment.ts'
