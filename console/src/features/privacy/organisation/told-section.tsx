import { useQuery } from '@tanstack/react-query'
import { useApi } from '../../../app/app-context.tsx'
import { answer } from '../../../app/problem.ts'
import { ProblemNotice } from '../../../ui/notice.tsx'
import { Empty, Section } from '../../../ui/page.tsx'
import { Rows } from '../../../ui/rows.tsx'
import { toldColumns } from '../told-columns.tsx'

/** Requests of authorities about the organisation of which it was told. */
export const ToldSection = ({ organisationId }: { organisationId: string }) => {
  const api = useApi()
  const { data, error, refetch } = useQuery({
    queryKey: ['told', organisationId],
    queryFn: () =>
      answer(
        api.GET('/api/v1/organisations/{organisationId}/authority-requests', { params: { path: { organisationId } } }),
      ),
  })
  return (
    <Section
      title="What authorities asked for"
      about="Of which this organisation was told. Nothing leaves before two people looked at it."
    >
      <ProblemNotice error={error} again={() => void refetch()} />
      {data?.items.length === 0 && (
        <Empty title="No authority asked">When one asks and the law lets us say so, it stands here.</Empty>
      )}
      {data !== undefined && data.items.length > 0 && (
        <Rows label="What authorities asked for" columns={toldColumns} rows={data.items} keyOf={({ id }) => id} />
      )}
    </Section>
  )
}
