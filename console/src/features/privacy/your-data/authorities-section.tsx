import { useQuery } from '@tanstack/react-query'
import { useApi } from '../../../app/app-context.tsx'
import { answer } from '../../../app/problem.ts'
import { ProblemNotice } from '../../../ui/notice.tsx'
import { Section } from '../../../ui/page.tsx'
import { Rows } from '../../../ui/rows.tsx'
import { toldColumns } from '../told-columns.tsx'

/** Requests of authorities about the person of which they were told; nothing where there is none. */
export const AuthoritiesSection = () => {
  const api = useApi()
  const { data, error, refetch } = useQuery({
    queryKey: ['my-authority-requests'],
    queryFn: () => answer(api.GET('/api/v1/me/authority-requests')),
  })
  if (error === null && (data === undefined || data.items.length === 0)) return null
  return (
    <Section
      title="What authorities asked for"
      about="Of which you were told. Nothing leaves before two people looked at it."
    >
      <ProblemNotice error={error} again={() => void refetch()} />
      {data !== undefined && (
        <Rows label="What authorities asked for" columns={toldColumns} rows={data.items} keyOf={({ id }) => id} />
      )}
    </Section>
  )
}
