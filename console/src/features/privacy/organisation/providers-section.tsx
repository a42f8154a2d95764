import { Button } from '@mantine/core'
import { IconCircleCheck, IconCircleOff } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useApi } from '../../../app/app-context.tsx'
import { answer } from '../../../app/problem.ts'
import { useAct } from '../../../app/use-act.ts'
import type { ModelProvider } from '../../../app/views.ts'
import { ActDialog } from '../../../ui/act-dialog.tsx'
import { avowLine } from '../../../ui/command-line.ts'
import { CopyId } from '../../../ui/copy.tsx'
import { Notice, ProblemNotice } from '../../../ui/notice.tsx'
import { Empty, Section } from '../../../ui/page.tsx'
import { type Column, Rows } from '../../../ui/rows.tsx'
import { Badge } from '../../../ui/state-badge.tsx'
import { When } from '../../../ui/when.tsx'

interface Props {
  organisationId: string
  mayDecide: boolean
}

const Terms = ({ provider }: { provider: ModelProvider }) =>
  provider.terms === null ? (
    <>its own terms</>
  ) : (
    <a href={provider.terms} target="_blank" rel="noreferrer">
      the terms of {provider.name}
    </a>
  )

const columns: readonly Column<ModelProvider>[] = [
  {
    name: 'Provider',
    show: (provider) => (
      <div className="stack-tight">
        <span className="row-name">{provider.name}</span>
        <span className="small soft">{[provider.country, provider.safeguard].filter(Boolean).join(', ')}</span>
        <span className="small">
          <CopyId id={provider.id} />
        </span>
      </div>
    ),
  },
  {
    name: 'State',
    show: ({ acceptedAt }) =>
      acceptedAt === null ? (
        <Badge tone="calm" shape={IconCircleOff} word="nothing goes there" />
      ) : (
        <Badge tone="good" shape={IconCircleCheck} word="accepted" />
      ),
  },
  { name: 'Terms', show: (provider) => <Terms provider={provider} /> },
  {
    name: 'Accepted',
    show: ({ acceptedAt, acceptedBy }) => (
      <div className="stack-tight">
        <When at={acceptedAt} none="–" />
        {acceptedBy !== null && (
          <span className="small">
            by <CopyId short id={acceptedBy} />
          </span>
        )}
      </div>
    ),
  },
]

const DecideDialog = ({
  organisationId,
  provider,
  onClose,
}: {
  organisationId: string
  provider: ModelProvider
  onClose: () => void
}) => {
  const api = useApi()
  const accept = provider.acceptedAt === null
  const request = { params: { path: { organisationId, providerId: provider.id } }, body: {} }
  const decide = useAct(
    () =>
      answer(
        accept
          ? api.POST('/api/v1/organisations/{organisationId}/providers/{providerId}/accept', request)
          : api.POST('/api/v1/organisations/{organisationId}/providers/{providerId}/refuse', request),
      ),
    { changes: [['providers', organisationId]], onDone: onClose },
  )
  const verb = accept ? 'accept' : 'refuse'
  return (
    <ActDialog
      onClose={onClose}
      title={accept ? `Let prompts go to ${provider.name}` : `Send nothing more to ${provider.name}`}
      act={accept ? 'Accept' : 'Refuse'}
      danger={!accept}
      busy={decide.isPending}
      error={decide.error}
      cli={avowLine('provider', verb, provider.id, '--organisation', organisationId)}
      call={{
        method: 'POST',
        path: `/api/v1/organisations/${organisationId}/providers/${provider.id}/${verb}`,
        body: {},
      }}
      onSubmit={() => decide.mutate(undefined)}
    >
      {accept ? (
        <p>
          Prompts to its models leave this cloud{provider.country !== null && ` for ${provider.country}`};{' '}
          <Terms provider={provider} /> apply to them there. Each sending is recorded.
        </p>
      ) : (
        <p>Its models refuse this organisation’s keys from then on. What went there before stays there.</p>
      )}
    </ActDialog>
  )
}

/** Other companies that may serve models, and whether the organisation lets its prompts go there. */
export const ProvidersSection = ({ organisationId, mayDecide }: Props) => {
  const api = useApi()
  const [deciding, setDeciding] = useState<ModelProvider | null>(null)
  const { data, error, refetch } = useQuery({
    queryKey: ['providers', organisationId],
    queryFn: () =>
      answer(api.GET('/api/v1/organisations/{organisationId}/providers', { params: { path: { organisationId } } })),
  })
  const acts: Column<ModelProvider> = {
    name: 'Acts',
    quiet: true,
    show: (provider) => (
      <div className="row-actions">
        <Button size="xs" variant="default" onClick={() => setDeciding(provider)}>
          {provider.acceptedAt === null ? 'Accept' : 'Refuse'}
          <span className="only-read"> {provider.name}</span>
        </Button>
      </div>
    ),
  }
  return (
    <Section
      title="Model providers"
      about="Other companies that serve models here. Nothing goes to one that an owner or admin did not accept."
    >
      <ProblemNotice error={error} again={() => void refetch()} />
      {data?.notice && <Notice kind="info" title={data.notice} />}
      {data?.items.length === 0 && (
        <Empty title="No other company serves models here">
          Every model runs on this cloud itself, so there is nothing to accept.
        </Empty>
      )}
      {data !== undefined && data.items.length > 0 && (
        <Rows
          label="Model providers"
          columns={mayDecide ? [...columns, acts] : columns}
          rows={data.items}
          keyOf={({ id }) => id}
        />
      )}
      {deciding !== null && (
        <DecideDialog organisationId={organisationId} provider={deciding} onClose={() => setDeciding(null)} />
      )}
    </Section>
  )
}
