import { processingRecordCsv, processingRecordDpv } from '@avow/sdk/processing-record'
import { choiceFlag, command } from '../../command.ts'
import { harmless } from '../../terminal.ts'

export const processingRecord = command({
  summary: 'Show the record of processing activities (GDPR, Art. 30), made from data map and policy',
  details: 'Nobody writes it: each purpose that a column of the database serves is an activity. It names its own gaps.',
  flags: {
    format: choiceFlag('--format <format>', 'csv for a spreadsheet, dpv for W3C DPV as JSON-LD', ['csv', 'dpv']),
  },
  examples: [
    ['avow policy processing-record', 'activities with their legal bases, categories and recipients'],
    ['avow policy processing-record --format csv > record.csv', 'one line a purpose and category'],
    ['avow policy processing-record --format dpv > record.jsonld', 'in the Data Privacy Vocabulary'],
  ],
  run: async (session, { format }) => {
    const record = await session.must(session.api().GET('/api/v1/privacy/processing-record'))
    session.print(format === 'dpv' ? processingRecordDpv(record) : record, () => {
      if (format === 'csv') return processingRecordCsv(record)
      if (format === 'dpv') return `${JSON.stringify(processingRecordDpv(record), null, 2)}\n`
      const activities = record.activities.map(({ label, purpose, basis, categories, recipients }) => {
        const title = `${session.paint.bold(harmless(label))} (${purpose}; ${basis ?? session.paint.red('no legal basis')})`
        const lines = categories.map(
          (one) => `  ${harmless(one.label)}: ${one.subjects.join(', ')}; ${one.retention.join(', ')}`,
        )
        const parties = recipients.length === 0 ? 'nobody outside' : recipients.map(({ name }) => name).join(', ')
        return `${title}\n${lines.join('\n')}\n  goes to: ${harmless(parties)}\n`
      })
      const gaps = record.gaps.map((gap) => session.paint.red(`gap: ${harmless(gap)}\n`))
      return `${activities.join('\n')}\n${gaps.length === 0 ? 'No gap.\n' : gaps.join('')}`
    })
  },
})
