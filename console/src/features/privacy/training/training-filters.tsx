import { NativeSelect, TextInput } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { approvalKinds, type TrainingSearch, trainingSearchOf } from '../../../app/search.ts'
import { kindWords } from './approvals.tsx'

/** The filter as the API wants it. */
export const queryOf = ({ organisation, kind, inForce }: TrainingSearch) => ({
  ...(organisation === undefined ? {} : { organisationId: organisation.slice(0, 60) }),
  ...(kind === undefined ? {} : { kind }),
  ...(inForce === undefined ? {} : { inForce }),
})

export const TrainingFilters = () => {
  const search = useSearch({ from: '/signed-in/officer/privacy/training' })
  const navigate = useNavigate({ from: '/privacy/training' })
  // Read back as if typed into the address bar, so that a select can only ask what the page understands.
  const change = (one: Record<string, string | undefined>) =>
    void navigate({ search: (old) => trainingSearchOf({ ...old, ...one }), replace: true })
  return (
    <search className="filters">
      <TextInput
        className="grow"
        label="Organisation"
        placeholder="Its whole id"
        value={search.organisation ?? ''}
        onChange={(event) => change({ organisation: event.currentTarget.value.trim() })}
      />
      <NativeSelect
        label="Agreed by"
        value={search.kind ?? ''}
        onChange={(event) => change({ kind: event.currentTarget.value })}
        data={[{ value: '', label: 'All' }, ...approvalKinds.map((value) => ({ value, label: kindWords[value] }))]}
      />
      <NativeSelect
        label="State"
        value={search.inForce ?? ''}
        onChange={(event) => change({ inForce: event.currentTarget.value })}
        data={[
          { value: '', label: 'All' },
          { value: 'true', label: 'In force' },
          { value: 'false', label: 'Over or withdrawn' },
        ]}
      />
    </search>
  )
}
