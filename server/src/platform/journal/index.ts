export { type Committed, type Journal, type JournalOptions, type JournalSegment, openJournal } from './journal.ts'
export { type OpenWork, openProgress, type Progress, type ProgressCounts, type Slot } from './progress.ts'
export { recordsOf, type SegmentContents } from './segment.ts'
export { type JournalDisk, realDisk } from './segment-file.ts'
