import { Button, NativeSelect, TextInput } from '@mantine/core'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { answer, fieldErrors } from '../../app/problem.ts'
import { useAct } from '../../app/use-act.ts'
import { useRole } from '../../app/use-scope.ts'
import type { CallLimit, Organisation, Project } from '../../app/views.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { avowLine } from '../../ui/command-line.ts'
import { count } from '../../ui/format.ts'
import { badLimit, limitOf } from '../../ui/limit-text.ts'
import { ProblemNotice } from '../../ui/notice.tsx'
import { Empty, Section } from '../../ui/page.tsx'
import { type Column, Rows } from '../../ui/rows.tsx'
import { useFields } from '../../ui/use-fields.ts'
import { When } from '../../ui/when.tsx'

const limitsQuery = (api: ReturnType<typeof useApi>, organisationId: string) =>
  queryOptions({
    queryKey: ['limits', organisationId],
    queryFn: () =>
      answer(api.GET('/api/v1/organisations/{organisationId}/limits', { params: { path: { organisationId } } })),
  })

const shown = (limit: number | null) => (limit === null ? <span className="soft">any</span> : count(limit))

const columnsOf = (projects: readonly Project[]): readonly Column<CallLimit>[] => [
  {
    name: 'Covers',
    show: ({ projectId }) =>
      projectId === null
        ? 'The whole organisation'
        : `Project ${projects.find(({ id }) => id === projectId)?.name ?? projectId}`,
  },
  { name: 'Requests a minute', numeric: true, show: (one) => shown(one.requestsPerMinute) },
  { name: 'Tokens a minute', numeric: true, show: (one) => shown(one.tokensPerMinute) },
  { name: 'At once', numeric: true, show: (one) => shown(one.concurrentRequests) },
  { name: 'Changed', show: ({ changedAt }) => <When at={changedAt} /> },
]

const textOf = (limit: number | null | undefined): string => limit?.toString() ?? ''
const fieldsOf = (one: CallLimit | undefined) => ({
  requestsPerMinute: textOf(one?.requestsPerMinute),
  tokensPerMinute: textOf(one?.tokensPerMinute),
  concurrentRequests: textOf(one?.concurrentRequests),
})
const rules = { requestsPerMinute: badLimit, tokensPerMinute: badLimit, concurrentRequests: badLimit }

interface Props {
  organisation: Organisation
  projectId: string
  projects: readonly Project[]
}

const SetLimitsDialog = ({
  organisationId,
  projectId,
  known,
  onClose,
}: {
  organisationId: string
  projectId: string
  known: readonly CallLimit[]
  onClose: () => void
}) => {
  const api = useApi()
  const [of, setOf] = useState<string | null>(null)
  const limitsOf = (id: string | null) => fieldsOf(known.find((one) => one.projectId === id))
  const form = useFields(limitsOf(null), rules)
  const set = useAct(
    (body: Parameters<typeof bodyOf>[0]) =>
      answer(
        api.PATCH('/api/v1/organisations/{organisationId}/limits', {
          params: { path: { organisationId } },
          body: bodyOf(body),
        }),
      ),
    { changes: [['limits', organisationId]], onDone: onClose },
  )
  const wanted = { of, ...form.values }
  const refused = fieldErrors(set.error)
  const field = (name: keyof typeof rules, label: string) => (
    <TextInput label={label} inputMode="numeric" placeholder="no limit" {...form.text(name, refused)} />
  )
  return (
    <ActDialog
      onClose={onClose}
      title="Set limits of calls"
      act="Set limits"
      busy={set.isPending}
      error={set.error}
      cli={lineOf(organisationId, wanted)}
      call={{ method: 'PATCH', path: `/api/v1/organisations/${organisationId}/limits`, body: bodyOf(wanted) }}
      onSubmit={() => {
        if (form.check()) set.mutate(wanted)
      }}
    >
      <NativeSelect
        label="Whose calls they cover"
        value={of ?? 'organisation'}
        onChange={(event) => {
          const id = event.currentTarget.value === 'organisation' ? null : event.currentTarget.value
          setOf(id)
          for (const [name, value] of Object.entries(limitsOf(id))) form.set(name as keyof typeof rules, value)
        }}
        data={[
          { value: 'organisation', label: 'The whole organisation' },
          { value: projectId, label: 'This project' },
        ]}
      />
      <div className="two-fields">
        {field('requestsPerMinute', 'Requests a minute')}
        {field('tokensPerMinute', 'Tokens a minute')}
      </div>
      {field('concurrentRequests', 'Requests at once')}
    </ActDialog>
  )
}

type Wanted = { of: string | null } & ReturnType<typeof fieldsOf>

const bodyOf = ({ of, ...fields }: Wanted) => ({
  ...(of === null ? {} : { projectId: of }),
  requestsPerMinute: limitOf(fields.requestsPerMinute),
  tokensPerMinute: limitOf(fields.tokensPerMinute),
  concurrentRequests: limitOf(fields.concurrentRequests),
})

const lineOf = (organisationId: string, { of, ...fields }: Wanted) =>
  avowLine(
    ...['limits', 'set', ...(of === null ? [] : ['--of', of])],
    ...['--rpm', fields.requestsPerMinute.trim() || 'none', '--tpm', fields.tokensPerMinute.trim() || 'none'],
    ...['--concurrent', fields.concurrentRequests.trim() || 'none', '--organisation', organisationId],
  )

/** What may be called in a minute and at once. */
export const CallLimits = ({ organisation, projectId, projects }: Props) => {
  const { data, error, refetch } = useQuery(limitsQuery(useApi(), organisation.id))
  const [isSetting, setSetting] = useState(false)
  const maySet = useRole('owner', 'admin')
  return (
    <Section
      title="Limits"
      about="All keys that a limit covers share it. A call that would go beyond one is refused with the time to wait. Limits of one key stand at the key."
      actions={maySet && data !== undefined && <Button onClick={() => setSetting(true)}>Set limits</Button>}
    >
      <ProblemNotice error={error} again={() => void refetch()} />
      {data?.items.length === 0 && (
        <Empty title="No limit is set">Keys may call as often as their own limits let them.</Empty>
      )}
      {data !== undefined && data.items.length > 0 && (
        <Rows
          label="Limits"
          columns={columnsOf(projects)}
          rows={data.items}
          keyOf={({ projectId: id }) => id ?? 'organisation'}
        />
      )}
      {isSetting && (
        <SetLimitsDialog
          organisationId={organisation.id}
          projectId={projectId}
          known={data?.items ?? []}
          onClose={() => setSetting(false)}
        />
      )}
    </Section>
  )
}
