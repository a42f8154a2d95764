import { NativeSelect, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useApi } from '../../../app/app-context.tsx'
import { answer, fieldErrors } from '../../../app/problem.ts'
import { useAct } from '../../../app/use-act.ts'
import { ActDialog } from '../../../ui/act-dialog.tsx'
import { avowLine } from '../../../ui/command-line.ts'
import { useFields } from '../../../ui/use-fields.ts'
import { dataMapQuery } from '../data-map-query.ts'
import { CategoryChoice } from './category-choice.tsx'

interface Fields {
  authority: string
  country: string
  safeguard: string
  legalBasis: string
  reference: string
  subjectKind: 'person' | 'organisation'
  subjectId: string
  categories: string[]
  dueOn: string
}

const nothing: Fields = {
  authority: '',
  country: '',
  safeguard: '',
  legalBasis: '',
  reference: '',
  subjectKind: 'person',
  subjectId: '',
  categories: [],
  dueOn: '',
}
const rules = {
  authority: (text: string) => (text.trim().length < 3 ? 'Say who asks.' : null),
  country: (text: string) => (/^[A-Za-z]{2}$/.test(text.trim()) ? null : 'Two letters, such as DE.'),
  legalBasis: (text: string) => (text.trim().length < 3 ? 'Name the law and the order.' : null),
  subjectId: (text: string) => (text.trim() === '' ? 'Say about whom.' : null),
  categories: (chosen: string[]) => (chosen.length === 0 ? 'Choose what it asks for.' : null),
}

const bodyOf = ({
  authority,
  country,
  safeguard,
  legalBasis,
  subjectKind,
  subjectId,
  categories,
  ...more
}: Fields) => ({
  authority: authority.trim(),
  country: country.trim().toUpperCase(),
  ...(safeguard.trim() === '' ? {} : { safeguard: safeguard.trim() }),
  legalBasis: legalBasis.trim(),
  subjectKind,
  subjectId: subjectId.trim(),
  categories,
  ...(more.reference.trim() === '' ? {} : { reference: more.reference.trim() }),
  ...(more.dueOn === '' ? {} : { dueAt: `${more.dueOn}T23:59:59.999Z` }),
})

const lineOf = (fields: Fields): string => {
  const body = bodyOf(fields)
  return avowLine(
    'disclosure',
    'record',
    '--authority',
    body.authority || 'AUTHORITY',
    '--country',
    body.country || 'COUNTRY',
    ...(body.safeguard === undefined ? [] : ['--safeguard', body.safeguard]),
    '--basis',
    body.legalBasis || 'BASIS',
    fields.subjectKind === 'person' ? '--person' : '--of-organisation',
    body.subjectId || 'ID',
    ...body.categories.flatMap((category) => ['--category', category]),
    ...(body.reference === undefined ? [] : ['--reference', body.reference]),
    ...(body.dueAt === undefined ? [] : ['--due', body.dueAt]),
  )
}

/** Records the request of an authority; nothing leaves by that. */
export const RecordAuthorityDialog = ({ onClose }: { onClose: () => void }) => {
  const api = useApi()
  const navigate = useNavigate()
  const { data = [] } = useQuery(dataMapQuery(api))
  const form = useFields<Fields>(nothing, rules)
  const body = bodyOf(form.values)
  const record = useAct(
    (input: typeof body, header) =>
      answer(api.POST('/api/v1/privacy/authority-requests', { params: { header }, body: input })),
    {
      changes: [['authorities']],
      onDone: ({ id }) =>
        void navigate({
          to: '/privacy/authorities/$authorityRequestId',
          params: { authorityRequestId: id },
          replace: true,
        }),
    },
  )
  const refused = fieldErrors(record.error)
  const categories = [...new Set(data.map(({ category }) => category))].filter((one) => one !== 'system').toSorted()
  return (
    <ActDialog
      onClose={onClose}
      title="Record a request of an authority"
      act="Record request"
      wide
      busy={record.isPending}
      error={record.error}
      cli={lineOf(form.values)}
      call={{ method: 'POST', path: '/api/v1/privacy/authority-requests', body }}
      onSubmit={() => {
        if (form.check()) record.mutate(body)
      }}
    >
      <TextInput label="Authority" maxLength={300} data-autofocus {...form.text('authority', refused)} />
      <div className="two-fields">
        <TextInput
          label="Its country"
          description="Two letters, such as DE"
          maxLength={2}
          {...form.text('country', refused)}
        />
        <TextInput
          label="Safeguard"
          description="Abroad: what the transfer rests on, such as a treaty"
          maxLength={300}
          {...form.text('safeguard', refused)}
        />
      </div>
      <TextInput
        label="Legal basis"
        description="The law and the order on which it rests"
        maxLength={500}
        {...form.text('legalBasis', refused)}
      />
      <div className="two-fields">
        <TextInput label="Its own number (optional)" maxLength={200} {...form.text('reference', refused)} />
        <TextInput label="Wants an answer by (optional)" type="date" {...form.text('dueOn', refused)} />
      </div>
      <div className="two-fields">
        <NativeSelect
          label="About"
          value={form.values.subjectKind}
          onChange={(event) =>
            form.set('subjectKind', event.currentTarget.value === 'organisation' ? 'organisation' : 'person')
          }
          data={[
            { value: 'person', label: 'A person' },
            { value: 'organisation', label: 'An organisation' },
          ]}
        />
        <TextInput
          label={form.values.subjectKind === 'person' ? 'Email address or id' : 'Id of the organisation'}
          {...form.text('subjectId', refused)}
        />
      </div>
      <details>
        <summary>What it asks for ({form.values.categories.length} chosen)</summary>
        <CategoryChoice
          label="Kinds of data"
          categories={categories}
          chosen={form.values.categories}
          onChange={(chosen) => form.set('categories', chosen)}
        />
      </details>
      {form.errors.categories !== undefined && <p className="overdue small">{form.errors.categories}</p>}
    </ActDialog>
  )
}
