import { Button, Progress } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { answer } from '../../app/problem.ts'
import { useAct } from '../../app/use-act.ts'
import { useMe } from '../../app/use-scope.ts'
import type { Backup } from '../../app/views.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { CopyId } from '../../ui/copy.tsx'
import { bytes, count, period } from '../../ui/format.ts'
import { Empty, Figure, Page } from '../../ui/page.tsx'
import { PagedRows } from '../../ui/paged-rows.tsx'
import type { Column } from '../../ui/rows.tsx'
import { SameAct } from '../../ui/same-act.tsx'
import { BackupStateBadge } from '../../ui/state-badge.tsx'
import { When } from '../../ui/when.tsx'

const State = ({ backup }: { backup: Backup }) => {
  const { state, tables, reason } = backup
  return (
    <div className="stack-tight">
      <BackupStateBadge state={state} />
      {state === 'running' && (
        <Progress
          value={tables.total === 0 ? 0 : (100 * tables.done) / tables.total}
          aria-label={`${tables.done} of ${tables.total} tables`}
        />
      )}
      {reason !== null && <span className="small">{reason}</span>}
    </div>
  )
}

const columns: readonly Column<Backup>[] = [
  {
    name: 'Backup',
    show: ({ id, file }) => (
      <div className="stack-tight">
        <span className="row-name">{file ?? 'no file'}</span>
        <CopyId id={id} />
      </div>
    ),
  },
  { name: 'State', show: (backup) => <State backup={backup} /> },
  { name: 'Asked', show: ({ askedAt }) => <When at={askedAt} /> },
  { name: 'Size', numeric: true, show: (backup) => (backup.bytes === null ? '–' : bytes(backup.bytes)) },
  { name: 'Rows', numeric: true, show: ({ rows }) => count(rows) },
  { name: 'Deleted', show: ({ expiresAt }) => <When at={expiresAt} none="–" /> },
]

const useBackups = () => {
  const api = useApi()
  return useInfiniteQuery({
    queryKey: ['backups'],
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/v1/operate/backups', {
          params: { query: { limit: 25, ...(pageParam === null ? {} : { cursor: pageParam }) } },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: (query) => {
      const all = query.state.data?.pages.flatMap(({ items }) => items) ?? []
      return all.some(({ state }) => state === 'waiting' || state === 'running') ? 1000 : 30_000
    },
  })
}

const CreateDialog = ({ onClose }: { onClose: () => void }) => {
  const api = useApi()
  const create = useAct(() => answer(api.POST('/api/v1/operate/backups')), {
    changes: [['backups']],
    onDone: onClose,
  })
  return (
    <ActDialog
      onClose={onClose}
      title="Make a backup"
      act="Make it now"
      busy={create.isPending}
      error={create.error}
      cli="avow backup create"
      call={{ method: 'POST', path: '/api/v1/operate/backups' }}
      onSubmit={() => create.mutate(undefined)}
    >
      <p>
        The database without the keys of people, the journal of usage and files, encrypted. It goes on in the
        background, and is read again before it counts.
      </p>
    </ActDialog>
  )
}

/** Backups: when, how large, until when, and whether one is under way. */
export const BackupsPage = () => {
  const isOperator = useMe().staffRole === 'operator'
  const [creating, setCreating] = useState(false)
  const query = useBackups()
  const about = query.data?.pages[0]
  const make = isOperator && <Button onClick={() => setCreating(true)}>Make a backup</Button>
  return (
    <Page
      title="Backups"
      about="Encrypted, and deleted when the policy says so. What was erased since a backup was made is erased again before a restored server serves."
      actions={make}
    >
      {about !== undefined && (
        <dl className="figures">
          <Figure name="Kept for" value={about.keep === null ? 'no rule' : period(about.keep)} note="by the policy" />
          <Figure
            name="Made by itself"
            value={about.every === null ? 'never' : `every ${period(about.every).replace(/^1 /, '')}`}
            note={
              about.nextAt !== null && (
                <>
                  next <When at={about.nextAt} />
                </>
              )
            }
          />
          <Figure name="Backup of keys" value={<When at={about.keysMadeAt} />} note="a restore needs it" />
          <Figure name="Folder" value={<code className="small">{about.folder}</code>} />
        </dl>
      )}
      <PagedRows
        label="Backups"
        columns={columns}
        query={query}
        keyOf={({ id }) => id}
        empty={
          <Empty title="There is no backup yet" action={make}>
            Make one now, and keep the folder somewhere else too.
          </Empty>
        }
      />
      <p className="soft">
        A restore is a command on the machine: <code>avow backup restore</code>.{' '}
        <a href="/docs/operate/backup">How to restore</a>
      </p>
      <SameAct cli="avow backup list" call={{ method: 'GET', path: '/api/v1/operate/backups' }} />
      {creating && <CreateDialog onClose={() => setCreating(false)} />}
    </Page>
  )
}
