import { PasswordInput, TextInput } from '@mantine/core'
import { useApi } from '../../app/app-context.tsx'
import { answer, fieldErrors } from '../../app/problem.ts'
import { useAct } from '../../app/use-act.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { avowLine } from '../../ui/command-line.ts'
import { microsOf } from '../../ui/format.ts'
import { useFields } from '../../ui/use-fields.ts'

const fields = { id: '', upstream: '', upstreamModel: '', upstreamKey: '', provider: '', priceIn: '0', priceOut: '0' }
type Fields = typeof fields

const badPrice = (value: string) =>
  microsOf(value) === null ? 'Write an amount such as 0.15, at most six digits after the point' : null

const rules = {
  id: (value: string) => (value.trim() === '' ? 'Write what callers put in `model`' : null),
  upstream: (value: string) =>
    /^https?:\/\/\S+$/.test(value.trim()) ? null : 'Write an address such as http://127.0.0.1:8000/v1',
  priceIn: badPrice,
  priceOut: badPrice,
}

const bodyOf = (values: Fields) => ({
  id: values.id.trim(),
  description: '',
  upstream: values.upstream.trim(),
  ...(values.upstreamModel.trim() === '' ? {} : { upstreamModel: values.upstreamModel.trim() }),
  ...(values.upstreamKey === '' ? {} : { upstreamKey: values.upstreamKey }),
  provider: values.provider.trim() || null,
  contextTokens: null,
  promptMicrosPerMillionTokens: microsOf(values.priceIn) ?? '0',
  completionMicrosPerMillionTokens: microsOf(values.priceOut) ?? '0',
})

const cliLine = (values: Fields) =>
  avowLine(
    'model',
    'add',
    values.id || 'ID',
    '--upstream',
    values.upstream || 'URL',
    ...(values.upstreamModel === '' ? [] : ['--upstream-model', values.upstreamModel]),
    ...(values.upstreamKey === '' ? [] : ['--upstream-key', 'KEY']),
    ...(values.provider === '' ? [] : ['--provider', values.provider]),
    '--price-in',
    values.priceIn,
    '--price-out',
    values.priceOut,
  )

/** Puts an OpenAI-compatible server behind the gateway as a model. */
export const AddModelDialog = ({ onClose }: { onClose: () => void }) => {
  const api = useApi()
  const form = useFields(fields, rules)
  const add = useAct(
    (body: ReturnType<typeof bodyOf>, header) =>
      answer(api.POST('/api/v1/operate/models', { params: { header }, body })),
    {
      changes: [['models']],
      onDone: onClose,
    },
  )
  const refused = fieldErrors(add.error)
  const body = bodyOf(form.values)
  const shown = 'upstreamKey' in body ? { ...body, upstreamKey: 'KEY' } : body
  return (
    <ActDialog
      wide
      onClose={onClose}
      title="Add an upstream"
      act="Add model"
      busy={add.isPending}
      error={add.error}
      cli={cliLine(form.values)}
      call={{ method: 'POST', path: '/api/v1/operate/models', body: shown }}
      onSubmit={() => {
        if (form.check()) add.mutate(body)
      }}
    >
      <TextInput label="Id" description="What callers put in model" data-autofocus {...form.text('id', refused)} />
      <TextInput
        label="Address"
        description="Of an OpenAI-compatible server"
        placeholder="http://127.0.0.1:8000/v1"
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
        label="Third party that sees requests"
        description="Empty: the server is yours. Callers see this name before they choose the model"
        {...form.text('provider', refused)}
      />
      <div className="two-fields">
        <TextInput
          label="Price, prompt"
          description="Per million tokens"
          inputMode="decimal"
          {...form.text('priceIn', refused)}
        />
        <TextInput
          label="Price, completion"
          description="Per million tokens"
          inputMode="decimal"
          {...form.text('priceOut', refused)}
        />
      </div>
    </ActDialog>
  )
}
