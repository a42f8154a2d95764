import { Button, NativeSelect } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { counted } from '../../../ui/format.ts'
import { ProblemNotice } from '../../../ui/notice.tsx'
import { Empty, PageLoading, Section } from '../../../ui/page.tsx'
import { type Column, MoreRows, Rows } from '../../../ui/rows.tsx'
import { saveFile } from '../../../ui/save-file.ts'
import { When } from '../../../ui/when.tsx'
import { readLogBytes, readLogText } from './evidence-reads.ts'
import { bundleBelow, type Decision, entriesOf } from './log-entries.ts'

const ProofButton = ({ index }: { index: number }) => {
  const save = async () => {
    const proof = await readLogText(`proof/${index}`)
    if (proof !== null) saveFile(`decision-${index}.tlog-proof`, proof, 'text/plain;charset=utf-8')
  }
  return (
    <div className="row-actions">
      <Button size="xs" variant="default" onClick={() => void save()}>
        Proof<span className="only-read"> of decision {index}</span>
      </Button>
    </div>
  )
}

const columns: readonly Column<Decision>[] = [
  {
    name: 'Gate',
    show: ({ gate, rule }) => (
      <div className="stack-tight">
        <span className="row-name">{gate}</span>
        {rule !== null && <code className="soft">{rule}</code>}
      </div>
    ),
  },
  { name: 'Decision', show: ({ decision }) => decision },
  { name: 'Counted', numeric: true, show: ({ counted: number }) => number ?? '–' },
  { name: 'When', show: ({ at }) => <When at={at} /> },
  { name: 'Entry', numeric: true, show: ({ index }) => <span id={`entry-${index}`}>{index}</span> },
  { name: 'Proof', quiet: true, show: ({ index }) => <ProofButton index={index} /> },
]

/** Pages of the log from its end; each knows where the next, earlier one ends. */
const useDecisions = () =>
  useInfiniteQuery({
    queryKey: ['evidence', 'entries'],
    queryFn: async ({ pageParam }) => {
      const end = pageParam ?? Number((await readLogText('checkpoint'))?.split('\n')[1] ?? 0)
      if (end === 0) return { items: [], next: null }
      const { path, first } = bundleBelow(end)
      const items = entriesOf(await readLogBytes(path), first).toReversed()
      return { items, next: first === 0 ? null : first }
    },
    initialPageParam: null as number | null,
    getNextPageParam: ({ next }) => next,
    staleTime: 15_000,
  })

/** What the gates decided, newest first, as anyone may read it in the log. */
export const DecisionsSection = () => {
  const query = useDecisions()
  const [gate, setGate] = useState('')
  const all = query.data?.pages.flatMap(({ items }) => items) ?? []
  const gates = [...new Set(all.map((decision) => decision.gate))].toSorted()
  const shown = all.filter((decision) => gate === '' || decision.gate === gate)
  return (
    <Section title="Decisions" about="What the gates decided, newest first. The log says nothing about any person.">
      <ProblemNotice error={query.error} again={() => void query.refetch()} />
      {query.isPending && <PageLoading />}
      {query.data !== undefined && all.length === 0 && (
        <Empty title="No decision yet">The first ones follow when gates have decided something.</Empty>
      )}
      {all.length > 0 && (
        <>
          <search className="filters">
            <NativeSelect
              label="Gate"
              value={gate}
              onChange={(event) => setGate(event.currentTarget.value)}
              data={[{ value: '', label: 'All' }, ...gates]}
            />
          </search>
          <p className="small soft num" role="status">
            {counted(shown.length, 'decision')} of the newest {all.length}
          </p>
          <div>
            <Rows label="Decisions" columns={columns} rows={shown} keyOf={({ index }) => index} />
            <MoreRows query={query} />
          </div>
        </>
      )}
    </Section>
  )
}
