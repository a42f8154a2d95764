import { PasswordInput, TextInput } from '@mantine/core'
import { useApi } from '../../app/app-context.tsx'
import { answer, fieldErrors } from '../../app/problem.ts'
import { useAct } from '../../app/use-act.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { avowLine } from '../../ui/command-line.ts'
import { useFields } from '../../ui/use-fields.ts'
import { ShareInputs, shareRules } from './route-fields.tsx'

const fields = { upstream: '', upstreamModel: '', upstreamKey: '', recipient: '', weight: '1', tier: '0' }
type Fields = typeof fields

const rules = {
  ...shareRules,
  upstream: (value: string) =>
    /^https?:\/\/\S+$/.test(value.trim()) ? null : 'Write an address such as http://127.0.0.1:8000/v1',
}

const given = (name: string, value: string) => (value.trim() === '' ? {} : { [name]: value.trim() })

const bodyOf = (values: Fields) => ({
  upstream: values.upstream.trim(),
  weight: Number(values.weight),
  tier: Number(values.tier),
  ...given('upstreamModel', values.upstreamModel),
  ...given('upstreamKey', values.upstreamKey),
  ...given('recipient', values.recipient),
})

const cliLine = (modelId: string, values: Fields) =>
  avowLine(
    'route',
    'add',
    modelId,
    '--upstream',
    values.upstream || 'URL',
    ...(values.upstreamModel === '' ? [] : ['--upstream-model', values.upstreamModel]),
    ...(values.upstreamKey === '' ? [] : ['--upstream-key', 'KEY']),
    ...(values.recipient === '' ? [] : ['--recipient', values.recipient]),
    '--weight',
    values.weight,
    '--tier',
    values.tier,
  )

/** Adds a server to the pool of a model. */
export const AddRouteDialog = ({ modelId, onClose }: { modelId: string; onClose: () => void }) => {
  const api = useApi()
  const form = useFields(fields, rules)
  const add = useAct(
    (body: ReturnType<typeof bodyOf>, header) =>
      answer(api.POST('/api/v1/operate/models/{modelId}/routes', { params: { path: { modelId }, header }, body })),
    { changes: [['models']], onDone: onClose },
  )
  const refused = fieldErrors(add.error)
  const body = bodyOf(form.values)
  const shown = form.values.upstreamKey === '' ? body : { ...body, upstreamKey: 'KEY' }
  return (
    <ActDialog
      wide
      onClose={onClose}
      title={`Add a server for ${modelId}`}
      act="Add server"
      busy={add.isPending}
      error={add.error}
      cli={cliLine(modelId, form.values)}
      call={{ method: 'POST', path: `/api/v1/operate/models/${encodeURIComponent(modelId)}/routes`, body: shown }}
      onSubmit={() => {
        if (form.check()) add.mutate(body)
      }}
    >
      <TextInput
        label="Address"
        description="Of an OpenAI-compatible server that has the same model"
        placeholder="http://127.0.0.1:8000/v1"
        data-autofocus
        {...form.text('upstream', refused)}
      />
      <div className="two-fields">
        <TextInput label="Its name there" description="Empty: the same id" {...form.text('upstreamModel', refused)} />
        <PasswordInput
          label="Key of the upstream"
          autoComplete="off"
          description="Kept encrypted, never shown"
          {...form.text('upstreamKey', refused)}
        />
      </div>
      <TextInput
        label="Recipient of the policy that runs it"
        description="Empty: the server is yours. Requests go to a company only where the organisation accepted it"
        placeholder="example-ai"
        {...form.text('recipient', refused)}
      />
      <ShareInputs form={form} refused={refused} />
    </ActDialog>
  )
}
