import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useApi } from '../../app/app-context.tsx'
import { answer } from '../../app/problem.ts'
import type { ClauseDetail } from '../../app/views.ts'
import { When } from '../../ui/when.tsx'

/** A clause down to its evidence, read when somebody wants to see it. */
export const useClauseDetail = (clauseId: string, wanted: boolean) => {
  const api = useApi()
  return useQuery({
    queryKey: ['clause', clauseId],
    queryFn: () => answer(api.GET('/api/v1/privacy/clauses/{clauseId}', { params: { path: { clauseId } } })),
    enabled: wanted,
    staleTime: 15_000,
  })
}

/** The rules of a clause, each with what it says and the gate that makes it true. */
export const ClauseRules = ({ rules }: { rules: ClauseDetail['rules'] }) => (
  <ul className="plain-list stack-tight">
    {rules.map(({ rule, says, gate, check, needs }) => (
      <li key={rule}>
        <code>{rule}</code>
        <br />
        <span className="small soft">
          {says}. Gate: {gate}. {check === null && `Needs: ${needs}.`}
        </span>
      </li>
    ))}
  </ul>
)

/** The newest decisions of the gates of a clause, and where they stand in the log. */
export const ClauseEvidence = ({ evidence }: { evidence: ClauseDetail['evidence'] }) =>
  evidence.length === 0 ? (
    <span className="soft">its gates have recorded no decision</span>
  ) : (
    <ul className="plain-list stack-tight">
      {evidence.map(({ gate, decision, rule, counted, at, treeIndex }) => (
        <li key={`${at} ${treeIndex} ${rule}`}>
          {gate} {decision}
          {counted !== null && ` (${counted})`} <When at={at} />{' '}
          {treeIndex === null ? (
            <span className="soft">not in the log yet</span>
          ) : (
            <Link to="/privacy/evidence" hash={`entry-${treeIndex}`}>
              entry {treeIndex}
            </Link>
          )}{' '}
          {rule !== null && <code className="soft">{rule}</code>}
        </li>
      ))}
    </ul>
  )
