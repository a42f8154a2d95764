import { openCheckpoint, ProofInvalid } from '@avow/sdk/evidence'
import { useQuery } from '@tanstack/react-query'
import { CodeBlock } from '../../../ui/copy.tsx'
import { count } from '../../../ui/format.ts'
import { Notice, ProblemNotice } from '../../../ui/notice.tsx'
import { Empty, Figure, PageLoading, Section } from '../../../ui/page.tsx'
import { SameAct } from '../../../ui/same-act.tsx'
import { YesNoBadge } from '../../../ui/state-badge.tsx'
import { checkpointQuery, logKeyQuery } from './evidence-reads.ts'

/** Whether the newest head is signed by the key, as the browser finds it; null where the browser cannot tell. */
const useSignature = (note: string | null | undefined, key: string | undefined) =>
  useQuery({
    queryKey: ['evidence', 'signature', note, key],
    enabled: typeof note === 'string' && key !== undefined,
    queryFn: async () => {
      if (!window.isSecureContext) return null
      try {
        await openCheckpoint(note ?? '', key ?? '')
        return true
      } catch (error) {
        if (error instanceof ProofInvalid) return false
        return null
      }
    },
    staleTime: Number.POSITIVE_INFINITY,
  }).data

/** The newest signed head of the log, and the key to check it with. */
export const HeadSection = () => {
  const head = useQuery(checkpointQuery)
  const key = useQuery(logKeyQuery)
  const good = useSignature(head.data, key.data)
  const [origin = '', size = '0'] = (head.data ?? '').split('\n')
  return (
    <Section
      title="The signed head"
      about="Keep the head and the key somewhere else from time to time: a log that changes its past can no longer be made to fit them."
    >
      <ProblemNotice error={head.error ?? key.error} again={() => void head.refetch()} />
      {head.isPending && <PageLoading />}
      {head.data === null && (
        <Empty title="Nothing is in the log yet">
          Gates record what they decide; it is taken in every few seconds.
        </Empty>
      )}
      {typeof head.data === 'string' && (
        <>
          <dl className="figures">
            <Figure name="Decisions in the log" value={count(Number(size))} />
            <Figure name="Log" value={<span className="small">{origin}</span>} />
            <Figure
              name="Signature"
              value={
                good === null || good === undefined ? (
                  <span className="small soft">not checked here</span>
                ) : (
                  <YesNoBadge yes={good} words={['checked, good', 'wrong']} />
                )
              }
            />
          </dl>
          {good === false && (
            <Notice kind="bad" title="The head is not signed with the key of this log">
              Somebody changed one of the two. Do not trust the log until it is explained.
            </Notice>
          )}
          <CodeBlock wrap code={head.data} label="Signed head" />
        </>
      )}
      {key.data !== undefined && (
        <div className="stack-tight">
          <p className="small soft">The key that its signature is checked with:</p>
          <CodeBlock wrap code={key.data} label="Key of the log" />
        </div>
      )}
      <SameAct cli="avow evidence checkpoint" call={{ method: 'GET', path: '/evidence/checkpoint' }} />
    </Section>
  )
}
