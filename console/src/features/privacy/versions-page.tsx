import './privacy.css'
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { answer } from '../../app/problem.ts'
import { useMe } from '../../app/use-scope.ts'
import type { PolicyVersion } from '../../app/views.ts'
import { counted, period } from '../../ui/format.ts'
import { Notice, ProblemNotice } from '../../ui/notice.tsx'
import { Empty, Page, PageLoading } from '../../ui/page.tsx'
import { SameAct } from '../../ui/same-act.tsx'
import { VersionStateBadge } from '../../ui/state-badge.tsx'
import { When } from '../../ui/when.tsx'
import { PublishDialog } from './officer/publish-dialog.tsx'
import { Changes } from './version-changes.tsx'

const changeWords: Record<PolicyVersion['change'], string> = {
  first: 'the first version',
  weaker: 'a promise gets weaker',
  material: 'something changes that cannot be ranked',
  stronger: 'promises get stronger only',
  editorial: 'wording only',
}

const told = ({ notice }: PolicyVersion) => {
  if (notice === null) return 'nobody had to be told'
  return notice.finishedAt === null ? `${counted(notice.told, 'account')} told, under way` : 'everyone was told'
}

const Effect = ({ version }: { version: PolicyVersion }) => {
  if (version.state === 'waiting')
    return version.takesEffectAt === null ? (
      <>not before everyone was told</>
    ) : (
      <>
        at the first start after <When at={version.takesEffectAt} />
      </>
    )
  return <When at={version.inForceAt} none="never" />
}

const Version = ({ version }: { version: PolicyVersion }) => (
  <li>
    <article className="stack-tight" aria-label={`${version.policy} ${version.version}`}>
      <div className="inline">
        <h2>
          {version.policy} {version.version}
        </h2>
        <VersionStateBadge state={version.state} />
      </div>
      <dl className="facts small">
        <dt>Announced</dt>
        <dd>
          <When at={version.publishedAt} />, {changeWords[version.change]}; {told(version)}
        </dd>
        <dt>In force</dt>
        <dd>
          <Effect version={version} />
          {version.period !== null && ` (${period(version.period)} after the notice, as promised)`}
        </dd>
        {version.early !== null && (
          <>
            <dt>Early</dt>
            <dd>{version.early}</dd>
          </>
        )}
        {version.endedAt !== null && (
          <>
            <dt>Ended</dt>
            <dd>
              <When at={version.endedAt} />
            </dd>
          </>
        )}
        <dt>Fingerprint</dt>
        <dd>
          <code>{version.hash}</code>
        </dd>
      </dl>
      {version.changes.length > 0 && <Changes changes={version.changes} />}
    </article>
  </li>
)

/** Versions of the policy: in force, waiting until when and why, ended. */
export const VersionsPage = () => {
  const api = useApi()
  const me = useMe()
  const [publishing, setPublishing] = useState(false)
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['policy-versions'],
    queryFn: () => answer(api.GET('/api/v1/policy/versions')),
    refetchInterval: 30_000,
  })
  const mayPublish = me.staffActive && (me.staffRole === 'operator' || me.staffRole === 'privacy-officer')
  return (
    <Page
      title="Policy versions"
      about="A version that weakens a promise waits until everyone was told and the promised time has passed; until then the old one holds."
      actions={mayPublish && <Button onClick={() => setPublishing(true)}>Announce a version</Button>}
    >
      <ProblemNotice error={error} again={() => void refetch()} />
      {isPending && <PageLoading />}
      {data !== undefined && data.says.length > 0 && (
        <Notice kind={data.file.state === 'in-force' ? 'info' : 'bad'} title="What the server found at its start">
          {data.says.map((line) => (
            <p key={line}>{line}</p>
          ))}
        </Notice>
      )}
      {data?.items.length === 0 && (
        <Empty title="No version is recorded yet">The next start records the one in force.</Empty>
      )}
      <ul className="plain-list notices" aria-label="Versions">
        {data?.items.map((version) => (
          <Version key={version.id} version={version} />
        ))}
      </ul>
      <SameAct cli="avow policy versions" call={{ method: 'GET', path: '/api/v1/policy/versions' }} />
      {publishing && <PublishDialog onClose={() => setPublishing(false)} />}
    </Page>
  )
}
