import { Textarea, TextInput } from '@mantine/core'
import { useApi } from '../../app/app-context.tsx'
import { answer } from '../../app/problem.ts'
import { useAct } from '../../app/use-act.ts'
import type { OperatorModel } from '../../app/views.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { avowLine } from '../../ui/command-line.ts'
import { amountOf, microsOf } from '../../ui/format.ts'
import { useFields } from '../../ui/use-fields.ts'

interface Props {
  model: OperatorModel
  onClose: () => void
}

interface Change {
  enabled?: boolean
  description?: string
  promptMicrosPerMillionTokens?: string
  completionMicrosPerMillionTokens?: string
}

const pathOf = (model: OperatorModel) => `/api/v1/operate/models/${encodeURIComponent(model.id)}`

const useChange = ({ model, onClose }: Props) => {
  const api = useApi()
  return useAct(
    (body: Change) =>
      answer(api.PATCH('/api/v1/operate/models/{modelId}', { params: { path: { modelId: model.id } }, body })),
    { changes: [['models']], onDone: onClose },
  )
}

const badPrice = (value: string) =>
  microsOf(value) === null ? 'Write an amount such as 0.15, at most six digits after the point' : null

/** Changes prices and description of a model. */
export const EditModelDialog = ({ model, onClose }: Props) => {
  const form = useFields(
    {
      priceIn: amountOf(model.promptMicrosPerMillionTokens),
      priceOut: amountOf(model.completionMicrosPerMillionTokens),
      description: model.description,
    },
    { priceIn: badPrice, priceOut: badPrice },
  )
  const change = useChange({ model, onClose })
  const { priceIn, priceOut, description } = form.values
  const body = {
    description,
    promptMicrosPerMillionTokens: microsOf(priceIn) ?? '0',
    completionMicrosPerMillionTokens: microsOf(priceOut) ?? '0',
  }
  return (
    <ActDialog
      onClose={onClose}
      title={`Prices of ${model.name}`}
      act="Save"
      busy={change.isPending}
      error={change.error}
      cli={avowLine('model', 'update', model.id, '--price-in', priceIn, '--price-out', priceOut)}
      call={{ method: 'PATCH', path: pathOf(model), body }}
      onSubmit={() => {
        if (form.check()) change.mutate(body)
      }}
    >
      <div className="two-fields">
        <TextInput
          label={`Prompt, ${model.currency}`}
          description="Per million tokens"
          inputMode="decimal"
          data-autofocus
          {...form.text('priceIn')}
        />
        <TextInput
          label={`Completion, ${model.currency}`}
          description="Per million tokens"
          inputMode="decimal"
          {...form.text('priceOut')}
        />
      </div>
      <Textarea label="Description" autosize minRows={2} maxRows={6} maxLength={2000} {...form.text('description')} />
      <p className="small soft">New prices hold for calls from now on; what is booked stays as it is.</p>
    </ActDialog>
  )
}

/** Enables or disables a model. */
export const SwitchModelDialog = ({ model, onClose }: Props) => {
  const change = useChange({ model, onClose })
  const enable = model.state === 'disabled'
  const body = { enabled: enable }
  return (
    <ActDialog
      onClose={onClose}
      title={`${enable ? 'Enable' : 'Disable'} ${model.name}`}
      act={enable ? 'Enable' : 'Disable'}
      danger={!enable}
      busy={change.isPending}
      error={change.error}
      cli={avowLine('model', 'update', model.id, enable ? '--enable' : '--disable')}
      call={{ method: 'PATCH', path: pathOf(model), body }}
      onSubmit={() => change.mutate(body)}
    >
      <p>
        {enable
          ? 'Calls are answered again.'
          : 'Calls to it are refused from now on, with a clear error. You can enable it again.'}
      </p>
    </ActDialog>
  )
}

/** Takes a model out of the catalogue. */
export const RemoveModelDialog = ({ model, onClose }: Props) => {
  const api = useApi()
  const remove = useAct(
    () => answer(api.DELETE('/api/v1/operate/models/{modelId}', { params: { path: { modelId: model.id } } })),
    { changes: [['models']], onDone: onClose },
  )
  return (
    <ActDialog
      onClose={onClose}
      title={`Remove ${model.name}`}
      act="Remove model"
      danger
      busy={remove.isPending}
      error={remove.error}
      cli={avowLine('model', 'remove', model.id, '--yes')}
      call={{ method: 'DELETE', path: pathOf(model) }}
      onSubmit={() => remove.mutate(undefined)}
    >
      <p>Calls to it are refused from now on. Usage that is booked stays.</p>
    </ActDialog>
  )
}
