import { Button, NativeSelect, Textarea } from '@mantine/core'
import { IconAlertOctagon, IconCircleCheck } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { pagesQuery } from '../../app/pages-query.ts'
import { answer, fieldErrors } from '../../app/problem.ts'
import { useAct } from '../../app/use-act.ts'
import type { Alert } from '../../app/views.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { avowLine } from '../../ui/command-line.ts'
import { CopyId } from '../../ui/copy.tsx'
import { count } from '../../ui/format.ts'
import { Empty, Page } from '../../ui/page.tsx'
import { PagedRows } from '../../ui/paged-rows.tsx'
import type { Column } from '../../ui/rows.tsx'
import { SameAct } from '../../ui/same-act.tsx'
import { Badge } from '../../ui/state-badge.tsx'
import { When } from '../../ui/when.tsx'
import { AddressBlocks } from './address-blocks.tsx'

const kindWords: Record<Alert['kind'], string> = {
  'sign-in-guessing': 'Guessing of passwords',
  'key-guessing': 'Guessing of API keys',
  'privilege-probing': 'Probing for what is not allowed',
  'key-stuffing': 'Many different API keys',
  'id-walking': 'Much that is not there',
  'request-flood': 'A flood of requests',
  'sudden-spend': 'Sudden spending',
}
const countedWords: Record<Alert['from'], string> = {
  address: 'from one address',
  account: 'at one account',
  person: 'by one person',
  key: 'by one API key',
  project: 'by one project',
}
const states: readonly Alert['state'][] = ['open', 'acknowledged']
const looks = {
  open: { tone: 'bad', shape: IconAlertOctagon },
  acknowledged: { tone: 'good', shape: IconCircleCheck },
} as const

const columns: readonly Column<Alert>[] = [
  {
    name: 'Attack',
    show: ({ id, kind, from }) => (
      <div className="stack-tight">
        <span className="row-name">{kindWords[kind]}</span>
        <span className="small">
          {countedWords[from]} <CopyId short id={id} />
        </span>
      </div>
    ),
  },
  {
    name: 'State',
    show: ({ state, acknowledgedAt, acknowledgedBy, note }) => (
      <div className="stack-tight">
        <Badge {...looks[state]} word={state} />
        {acknowledgedAt !== null && (
          <span className="small soft">
            <When at={acknowledgedAt} />
            {acknowledgedBy !== null && (
              <>
                {' '}
                by <CopyId short id={acknowledgedBy} />
              </>
            )}
          </span>
        )}
        {note !== null && <span className="small">{note}</span>}
      </div>
    ),
  },
  {
    name: 'Address',
    show: ({ ipAddress, aboutId }) => {
      if (ipAddress !== null) return <code>{ipAddress}</code>
      return <span className="soft">{aboutId === null ? 'not known' : 'none'}</span>
    },
  },
  {
    name: 'Who',
    show: ({ personId, aboutId }) => {
      const id = personId ?? aboutId
      return id === null ? <span className="soft">not known</span> : <CopyId short id={id} />
    },
  },
  { name: 'Counted', numeric: true, show: (alert) => count(alert.count) },
  { name: 'First', show: ({ firstAt }) => <When at={firstAt} /> },
  { name: 'Last', show: ({ lastAt }) => <When at={lastAt} /> },
]

const AcknowledgeDialog = ({ alert, onClose }: { alert: Alert; onClose: () => void }) => {
  const api = useApi()
  const [note, setNote] = useState('')
  const body = note.trim() === '' ? {} : { note: note.trim() }
  const params = { path: { alertId: alert.id } }
  const acknowledge = useAct(
    (input: typeof body) => answer(api.POST('/api/v1/operate/alerts/{alertId}/acknowledge', { params, body: input })),
    { changes: [['alerts']], onDone: onClose },
  )
  return (
    <ActDialog
      onClose={onClose}
      title="Acknowledge the alert"
      act="Acknowledge"
      busy={acknowledge.isPending}
      error={acknowledge.error}
      cli={avowLine('alert', 'acknowledge', alert.id, ...(body.note === undefined ? [] : ['--note', body.note]))}
      call={{ method: 'POST', path: `/api/v1/operate/alerts/${alert.id}/acknowledge`, body }}
      onSubmit={() => acknowledge.mutate(body)}
    >
      <p>
        {kindWords[alert.kind]}: {count(alert.count)} {alert.kind === 'sudden-spend' ? 'requests' : 'refused tries'}{' '}
        {countedWords[alert.from]}. From now on a further one of the kind raises a new alert.
      </p>
      <Textarea
        label="What you did about it (optional)"
        autosize
        minRows={2}
        maxLength={2000}
        data-autofocus
        value={note}
        error={fieldErrors(acknowledge.error)['note']}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
    </ActDialog>
  )
}

/** Attacks that were seen: of what kind, from where, how often, and who looked at them. */
export const AlertsPage = () => {
  const api = useApi()
  const search = useSearch({ from: '/signed-in/officer/operate/alerts' })
  const navigate = useNavigate({ from: '/operate/alerts' })
  const state = states.find((known) => known === search.state)
  const filter = state === undefined ? {} : { state }
  const [seeing, setSeeing] = useState<Alert | null>(null)
  const query = useInfiniteQuery({
    ...pagesQuery(['alerts', filter], (page) =>
      answer(api.GET('/api/v1/operate/alerts', { params: { query: { ...page, ...filter } } })),
    ),
    refetchInterval: 30_000,
  })
  const acts: Column<Alert> = {
    name: 'Acts',
    quiet: true,
    show: (alert) =>
      alert.state === 'open' && (
        <div className="row-actions">
          <Button size="xs" variant="default" onClick={() => setSeeing(alert)}>
            Acknowledge<span className="only-read"> the {kindWords[alert.kind].toLowerCase()}</span>
          </Button>
        </div>
      ),
  }
  return (
    <Page
      title="Security alerts"
      about="Attacks that were seen, and spending far above what is usual. Tries that were refused stay refused; an alert says that somebody should look."
    >
      <search className="filters">
        <NativeSelect
          label="State"
          value={state ?? ''}
          onChange={(event) => {
            const next = event.currentTarget.value || undefined
            void navigate({ search: { state: next }, replace: true })
          }}
          data={[{ value: '', label: 'All' }, ...states]}
        />
      </search>
      <PagedRows
        label="Security alerts"
        columns={[...columns, acts]}
        query={query}
        keyOf={({ id }) => id}
        empty={
          <Empty title={state === undefined ? 'No attack was seen' : `No alert is ${state}`}>
            Repeated refusals of sign-ins, of keys or of rights raise one, and sudden spending.{' '}
            <a href="/docs/operate/alerts">What raises an alert</a>
          </Empty>
        }
      />
      <SameAct
        cli={avowLine('alert', 'list', ...(state === undefined ? [] : ['--state', state]))}
        call={{ method: 'GET', path: `/api/v1/operate/alerts${state === undefined ? '' : `?state=${state}`}` }}
      />
      <AddressBlocks />
      {seeing !== null && <AcknowledgeDialog alert={seeing} onClose={() => setSeeing(null)} />}
    </Page>
  )
}
